package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Proves the samples: each rule is changed in one operator or constant at a time, and some sample or case of its type has to be judged
 * otherwise by that. What none notices might as well be wrong in the rule.
 */
final class RuleMutants {
    private final Map<String, List<SampleHost>> samples = new HashMap<>();
    private final Map<String, List<SampleHost>> cases = new HashMap<>();
    private final SampleJudge judge;

    /**
     * A rule that was changed.
     *
     * @param part {@code when}, {@code check} or the parameter whose default is another
     */
    record Mutant(String rule, String part, Change change) {
        @Override
        public String toString() {
            return "%s: %s, %s: %s".formatted(rule, part, change.what(), OneLine.of(change.text()));
        }
    }

    /**
     * What became of the mutants of one rule.
     *
     * @param tried those that compile
     * @param survivors those that no sample tells from the rule
     */
    record Result(String rule, String type, int tried, List<Mutant> survivors) {}

    RuleMutants(List<SampleHost> samples, List<RuleCase> cases) {
        samples.forEach(host -> this.samples
                .computeIfAbsent(host.type(), _ -> new ArrayList<>())
                .add(host));
        cases.forEach(one -> one.rules()
                .forEach(rule ->
                        this.cases.computeIfAbsent(rule, _ -> new ArrayList<>()).add(one.host())));
        this.judge =
                new SampleJudge(Stream.concat(samples.stream(), cases.stream().map(RuleCase::host))
                        .toList());
    }

    /** Of the rules whose type has samples; in parallel. */
    List<Result> run() {
        return judge.drafts().parallelStream()
                .filter(draft -> samples.containsKey(draft.rule().type()))
                .map(this::run)
                .sorted(Comparator.comparing(Result::type).thenComparing(Result::rule))
                .toList();
    }

    private Result run(DraftRule draft) {
        String id = draft.rule().id();
        CompiledRule rule = judge.rule(id).orElseThrow();
        List<Verdict> right = verdicts(rule, Map.of());
        int tried = 0;
        var survivors = new ArrayList<Mutant>();
        for (Tried one : tried(draft, rule)) {
            tried++;
            if (one.verdicts().equals(right)) {
                survivors.add(one.mutant());
            }
        }
        return new Result(id, draft.rule().type(), tried, survivors);
    }

    private record Tried(Mutant mutant, List<Verdict> verdicts) {}

    private List<Tried> tried(DraftRule draft, CompiledRule rule) {
        String id = draft.rule().id();
        var all = new ArrayList<Tried>();
        for (Change change : Change.of(draft.when())) {
            judge.compile(draft, change.text(), draft.rule().check())
                    .ifPresent(
                            changed -> all.add(new Tried(new Mutant(id, "when", change), verdicts(changed, Map.of()))));
        }
        for (Change change : Change.of(draft.rule().check())) {
            judge.compile(draft, draft.when(), change.text())
                    .ifPresent(changed ->
                            all.add(new Tried(new Mutant(id, "check", change), verdicts(changed, Map.of()))));
        }
        for (Parameter parameter : judge.parametersOf(draft)) {
            parameter.standard().map(Change::ofValue).orElse(List.of()).forEach(other -> {
                var change = new Change(parameter.standard().orElseThrow() + " → " + other, other.toString());
                all.add(new Tried(
                        new Mutant(id, "param " + parameter.name(), change),
                        verdicts(rule, Map.of(parameter.name(), other))));
            });
        }
        return all;
    }

    private List<Verdict> verdicts(CompiledRule rule, Map<String, JsonNode> standards) {
        return Stream.concat(
                        samples.getOrDefault(rule.rule().type(), List.of()).stream(),
                        cases.getOrDefault(rule.rule().id(), List.of()).stream())
                .map(host -> judge.verdict(rule, host, standards))
                .toList();
    }
}
