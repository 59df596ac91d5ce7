package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verdict;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How well hosts comply: 100 × (1 − weight of what fails / weight of what passes or fails). What does not apply does not count, and what is
 * waived neither: nobody is better for a waiver, and nobody is blamed under one. An unknown verdict counts as the last known one. For one
 * thread.
 */
public final class Scores {
    /** What the numbers are told apart by. */
    public enum By {
        HOST,
        CATEGORY,
        TYPE,
        RULE;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Function<String, Optional<Rule>> rules;
    private final Map<By, Map<String, Tally>> tallies = new EnumMap<>(By.class);
    private final Tally all = new Tally();

    /** @param rules by id; verdicts of others do not count */
    public Scores(Function<String, Optional<Rule>> rules) {
        this.rules = rules;
        Arrays.stream(By.values()).forEach(by -> tallies.put(by, new TreeMap<>()));
    }

    /** What was counted of one host, category, type or rule. For one thread. */
    public static final class Tally {
        private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        private long failedWeight;
        private long judgedWeight;
        private int unknown;

        private void add(Verdict verdict, int weight, Knowledge knowledge) {
            counts.merge(verdict, 1, Integer::sum);
            unknown += knowledge == Knowledge.LAST_KNOWN ? 1 : 0;
            if (verdict == Verdict.PASS || verdict == Verdict.FAIL) {
                judgedWeight += weight;
                failedWeight += verdict == Verdict.FAIL ? weight : 0;
            }
        }

        public int count(Verdict verdict) {
            return counts.getOrDefault(verdict, 0);
        }

        /** Of how many nothing newer can be said, whatever stands. */
        public int unknown() {
            return unknown;
        }

        public long failedWeight() {
            return failedWeight;
        }

        public long judgedWeight() {
            return judgedWeight;
        }

        /** From 0 to 100; empty where nothing was judged. */
        public Optional<Double> score() {
            return Scores.score(failedWeight, judgedWeight);
        }
    }

    /** Whether a verdict is of now. */
    public enum Knowledge {
        PRESENT,
        LAST_KNOWN
    }

    /** From 0 to 100, to one decimal; empty where nothing was judged. */
    public static Optional<Double> score(long failedWeight, long judgedWeight) {
        return judgedWeight == 0
                ? Optional.empty()
                : Optional.of(Math.round(1_000.0 * (judgedWeight - failedWeight) / judgedWeight) / 10.0);
    }

    /** compliance: low 1, medium 2, high 3. */
    static int weight(Severity severity) {
        return switch (severity) {
            case LOW -> 1;
            case MEDIUM -> 2;
            case HIGH -> 3;
        };
    }

    /** Counts one verdict. */
    public void add(String host, String ruleId, Verdict verdict, Knowledge knowledge) {
        rules.apply(ruleId).ifPresent(rule -> {
            int weight = weight(rule.severity());
            all.add(verdict, weight, knowledge);
            Map.of(
                            By.HOST, host,
                            By.CATEGORY, rule.category(),
                            By.TYPE, rule.type(),
                            By.RULE, rule.id())
                    .forEach((by, name) ->
                            of(by).computeIfAbsent(name, none -> new Tally()).add(verdict, weight, knowledge));
        });
    }

    /** By name, in the order of the names. */
    public Map<String, Tally> tallies(By by) {
        return of(by);
    }

    private Map<String, Tally> of(By by) {
        return tallies.getOrDefault(by, Map.of());
    }

    public Tally all() {
        return all;
    }

    /** What is kept of a day: {@code {"all": [failed, judged], "host": {name: [failed, judged]}, …}}, weights. */
    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        pair(node, "all", all);
        tallies.forEach((by, some) -> {
            ObjectNode names = node.putObject(by.word());
            some.forEach((name, tally) -> pair(names, name, tally));
        });
        return node;
    }

    private static void pair(ObjectNode node, String name, Tally tally) {
        node.putArray(name).add(tally.failedWeight()).add(tally.judgedWeight());
    }
}
