package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Judgement;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What rules said of facts, so that hosts that are alike are judged once. Forgets what was not asked for longest, within a bound
 * of memory. For any threads.
 */
final class VerdictMemo {
    /** Some 50,000 verdicts, or 100 rules on 500 kinds of hosts. Implementation choice. */
    static final long MAX_WEIGHT_CHARS = 16L << 20;

    private static final int ENTRY_CHARS = 200;
    private static final int READ_CHARS = 100;

    private final long maxWeight;
    private final LinkedHashMap<Key, Judgement> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long weight;
    private long hits;
    private long misses;

    VerdictMemo(long maxWeight) {
        this.maxWeight = maxWeight;
    }

    /**
     * Everything that a verdict depends on.
     *
     * @param rule the rule's hash
     * @param inputs the hashes of the facts it reads, and what it reads that is no fact
     */
    record Key(String rule, List<String> inputs) {
        Key {
            inputs = List.copyOf(inputs);
        }
    }

    synchronized Optional<Judgement> get(Key key) {
        Judgement found = kept.get(key);
        if (found == null) {
            misses++;
        } else {
            hits++;
        }
        return Optional.ofNullable(found);
    }

    synchronized void put(Key key, Judgement judgement) {
        Judgement old = kept.put(key, judgement);
        weight += weightOf(judgement) - (old == null ? 0 : weightOf(old));
        Iterator<Map.Entry<Key, Judgement>> eldest = kept.entrySet().iterator();
        while (weight > maxWeight && eldest.hasNext()) {
            weight -= weightOf(eldest.next().getValue());
            eldest.remove();
        }
    }

    synchronized MemoCounters counters() {
        return new MemoCounters(hits, misses, kept.size());
    }

    private static long weightOf(Judgement judgement) {
        Evidence evidence = judgement.evidence();
        long chars = (long) ENTRY_CHARS + judgement.reason().map(String::length).orElse(0);
        for (Evidence.Read read : evidence.reads()) {
            chars += (long) READ_CHARS + read.path().length() + charsOf(read.value());
        }
        for (String offending : evidence.offending()) {
            chars += offending.length();
        }
        return chars;
    }

    private static long charsOf(JsonNode value) {
        return value.isTextual() ? value.textValue().length() : 40L * value.size();
    }
}
