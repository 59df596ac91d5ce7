package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.HostRecord.FindingKey;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moves the verdicts of one discovery type on one host from what stood to what is judged now. Pure.
 *
 * <p>The map is {@code {rule: [verdict, since]}}, or {@code [verdict, since, unknownSince]} while the last known verdict stands because
 * nothing newer can be said. {@code unknown} never opens, closes or replaces anything but an older {@code unknown}.
 */
record Transitions(ObjectNode map, List<Judgement> opened, List<Closed> closed) {
    /** Whether a rule that is not among the judgements was not asked, or is gone. */
    enum Scope {
        SOME_RULES,
        ALL_RULES
    }

    /** @param by what closed it; empty where the rule is gone */
    record Closed(FindingKey finding, Optional<Judgement> by) {}

    static Transitions of(String type, ObjectNode before, List<Judgement> judgements, Instant at, Scope scope) {
        var after = new Transitions(before.deepCopy(), new ArrayList<>(), new ArrayList<>());
        judgements.forEach(judgement -> after.move(judgement, at));
        if (scope == Scope.ALL_RULES) {
            after.drop(type, judgements);
        }
        return after;
    }

    /** Whether a map holds anything but {@code unknown}. */
    static boolean anyKnown(ObjectNode map) {
        for (JsonNode entry : map) {
            if (verdict(entry) != Verdict.UNKNOWN) {
                return true;
            }
        }
        return false;
    }

    private void move(Judgement judgement, Instant at) {
        String key = key(judgement);
        JsonNode stood = map.get(key);
        Verdict before = stood == null ? Verdict.UNKNOWN : verdict(stood);
        Verdict now = judgement.verdict();
        if (now == Verdict.UNKNOWN) {
            moveToUnknown(key, stood, before, at);
            return;
        }
        if (now == Verdict.FAIL && before != Verdict.FAIL) {
            opened.add(judgement);
        }
        if (now != Verdict.FAIL && before == Verdict.FAIL) {
            closed.add(new Closed(new FindingKey(judgement.rule().id(), judgement.instance()), Optional.of(judgement)));
        }
        String since = stood != null && now == before ? stood.required(1).textValue() : at.toString();
        map.putArray(key).add(now.word()).add(since);
    }

    private void moveToUnknown(String key, @Nullable JsonNode stood, Verdict before, Instant at) {
        if (stood == null) {
            map.putArray(key).add(Verdict.UNKNOWN.word()).add(at.toString());
        } else if (before != Verdict.UNKNOWN && stood.size() == 2) {
            ((ArrayNode) stood).add(at.toString());
        }
    }

    private void drop(String type, List<Judgement> judgements) {
        var standing = new HashSet<String>();
        judgements.forEach(judgement -> standing.add(key(judgement)));
        for (String key : keys()) {
            if (!standing.contains(key)) {
                JsonNode gone = map.remove(key);
                if (verdict(gone) == Verdict.FAIL) {
                    closed.add(new Closed(finding(type, key), Optional.empty()));
                }
            }
        }
    }

    private List<String> keys() {
        List<String> keys = new ArrayList<>();
        map.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static String key(Judgement judgement) {
        String instance = judgement.instance().instance();
        return instance.isEmpty() ? judgement.rule().id() : judgement.rule().id() + "/" + instance;
    }

    private static FindingKey finding(String type, String key) {
        int slash = key.indexOf('/');
        return slash < 0
                ? new FindingKey(key, InstanceKey.unnamed(type))
                : new FindingKey(key.substring(0, slash), new InstanceKey(type, key.substring(slash + 1)));
    }

    private static Verdict verdict(JsonNode entry) {
        return Verdict.of(entry.required(0).textValue());
    }
}
