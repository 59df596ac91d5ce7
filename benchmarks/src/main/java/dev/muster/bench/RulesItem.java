package dev.muster.bench;

import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.Rule;
import dev.muster.collector.rules.Catalogue;
import dev.muster.collector.rules.MemoCounters;
import dev.muster.collector.rules.ParameterValues;
import dev.muster.collector.rules.Profiles;
import dev.muster.collector.rules.RuleSet;
import dev.muster.collector.rules.RuleSource;
import dev.muster.collector.rules.Rulebook;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** All rules that are shipped, on one host's facts of all types, in processor time of the one thread that judges; and how long loading them takes. */
final class RulesItem implements Item {
    private static final Path FOLDER = Path.of("..", "discovery-scripts");
    private static final Path BY_RULE = Path.of("target", "rules-by-time.md");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final int WARM_UPS = 300;
    private static final int ROUNDS = 201;
    private static final int RULE_ROUNDS = 40;
    private static final int SLOWEST = 20;
    private static final int ALIKE = 1_000;
    private static final double GOAL_MILLIS = 5;
    private static final double GOAL_LOAD_SECONDS = 3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** A rule, and what judging it alone costs, its facts adapted for it. */
    private record Cost(Rule rule, double micros) {}

    @Override
    public List<Row> measure() throws IOException {
        long start = System.nanoTime();
        RuleSet rules = load();
        double first = (System.nanoTime() - start) / NANOS_PER_SECOND;
        start = System.nanoTime();
        load();
        double second = (System.nanoTime() - start) / NANOS_PER_SECOND;
        SampleHost sample = SampleHost.of(FOLDER);
        FactsView host = sample.facts();
        double millis = judgeAll(rules, host);
        List<Cost> costs = byRule(rules, host);
        Files.createDirectories(Path.of("target"));
        Files.writeString(BY_RULE, table(costs, costs.size()));
        double share = hitRate(load(), sample);
        System.err.println(table(costs, SLOWEST));
        return List.of(
                new Row(
                        "loading %d rules, first time".formatted(rules.rules().size()),
                        "",
                        "%.1f s".formatted(first),
                        "",
                        Row.Verdict.NO_GOAL),
                new Row(
                        "loading them again",
                        "≤ %.0f s".formatted(GOAL_LOAD_SECONDS),
                        "%.1f s".formatted(second),
                        "",
                        Row.Verdict.of(second <= GOAL_LOAD_SECONDS)),
                new Row(
                        "all rules on one host, %d types, no memo: median of processor time".formatted(sample.types()),
                        "≤ %.0f ms".formatted(GOAL_MILLIS),
                        "%.1f ms".formatted(millis),
                        "",
                        Row.Verdict.of(millis <= GOAL_MILLIS)),
                new Row(
                        "verdicts of %d alike hosts from the memo".formatted(ALIKE),
                        "≥ 95 %",
                        "%.1f %%".formatted(100 * share),
                        "",
                        Row.Verdict.of(share >= 0.95)));
    }

    private static RuleSet load() {
        return Rulebook.load(
                        Catalogue.shipped(),
                        RuleSource.shipped(),
                        Profiles.everywhere(Set.of("base", "strict", "stig")),
                        ParameterValues.NONE)
                .set();
    }

    private static double judgeAll(RuleSet rules, FactsView host) {
        double[] millis = new double[ROUNDS];
        for (int i = -WARM_UPS; i < ROUNDS; i++) {
            long before = THREADS.getCurrentThreadCpuTime();
            int judged = rules.judgeUnremembered(host, rule -> true, TODAY).size();
            long spent = THREADS.getCurrentThreadCpuTime() - before;
            if (judged != rules.rules().size()) {
                throw new IllegalStateException("only " + judged + " rules were judged");
            }
            if (i >= 0) {
                millis[i] = spent / NANOS_PER_MILLI;
            }
        }
        return Comparison.median(millis);
    }

    private static List<Cost> byRule(RuleSet rules, FactsView host) {
        List<Cost> costs = new ArrayList<>();
        for (Rule rule : rules.rules()) {
            double[] micros = new double[RULE_ROUNDS];
            for (int i = 0; i < RULE_ROUNDS; i++) {
                long before = THREADS.getCurrentThreadCpuTime();
                rules.judgeUnremembered(host, rule::equals, TODAY);
                micros[i] = (THREADS.getCurrentThreadCpuTime() - before) / NANOS_PER_MICRO;
            }
            costs.add(new Cost(rule, Comparison.median(micros)));
        }
        costs.sort(Comparator.comparingDouble(Cost::micros).reversed());
        return costs;
    }

    private static String table(List<Cost> costs, int most) {
        var table = new StringBuilder("| rule | type | µs alone |\n|---|---|---|\n");
        costs.stream()
                .limit(most)
                .forEach(cost -> table.append("| %s | %s | %.0f |%n"
                        .formatted(cost.rule().id(), cost.rule().type(), cost.micros())));
        return table.toString();
    }

    private static double hitRate(RuleSet rules, SampleHost sample) throws IOException {
        for (int i = 0; i < ALIKE; i++) {
            rules.judge(sample.alike(i).facts(), rules.types(), TODAY);
        }
        MemoCounters memo = rules.memo();
        return (double) memo.hits() / (memo.hits() + memo.misses());
    }
}
