package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verdict;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rules over facts such as {@code {"r1": "pass", "r2": "fail"}}: rule {@code type-rN} says what stands there; {@code na} where nothing
 * does, {@code unknown} while the type is impaired. {@code {"boom": true}} makes it throw.
 */
final class TestJudge implements Judge {
    private final String hash;
    private final int rules;

    TestJudge(String hash, int rules) {
        this.hash = hash;
        this.rules = rules;
    }

    @Override
    public String hash() {
        return hash;
    }

    @Override
    public Set<String> keys(FactsView host) {
        return ids();
    }

    @Override
    public Set<String> typesOf(Collection<String> ids) {
        return types();
    }

    @Override
    public Set<String> ids() {
        return Stream.of("alpha", "beta")
                .flatMap(type -> IntStream.rangeClosed(1, rules).mapToObj(number -> type + "-r" + number))
                .collect(Collectors.toSet());
    }

    @Override
    public Set<String> types() {
        return Set.of("alpha", "beta");
    }

    @Override
    public List<Judgement> judge(FactsView facts, Set<String> changed, LocalDate today) {
        List<Judgement> judgements = new ArrayList<>();
        for (String type : List.of("alpha", "beta")) {
            if (changed.contains(type)) {
                for (int number = 1; number <= rules; number++) {
                    judgements.add(judge(facts.facts(InstanceKey.unnamed(type)), type, number));
                }
            }
        }
        return judgements;
    }

    /** Rule 1 alone reads the date. */
    @Override
    public List<Judgement> judgeNewDay(FactsView facts, LocalDate today) {
        return List.of(judge(facts.facts(InstanceKey.unnamed("alpha")), "alpha", 1));
    }

    private static Judgement judge(Optional<Facts> facts, String type, int number) {
        if (facts.isPresent() && facts.get().data().has("boom")) {
            throw new IllegalStateException("boom");
        }
        Verdict verdict = facts.map(f -> f.status().impaired() ? Verdict.UNKNOWN : verdict(f, number))
                .orElse(Verdict.UNKNOWN);
        JsonNode value = facts.map(f -> f.data().path("r" + number)).orElseGet(MissingNode::getInstance);
        var evidence = new Evidence(
                List.of(new Evidence.Read(type + ".r" + number, value)), "r" + number + " == pass", List.of(), 0, "");
        return new Judgement(rule(type, number), InstanceKey.unnamed(type), verdict, Optional.empty(), evidence);
    }

    private static Verdict verdict(Facts facts, int number) {
        JsonNode said = facts.data().get("r" + number);
        return said == null ? Verdict.NA : Verdict.of(said.textValue());
    }

    static Rule rule(String type, int number) {
        return new Rule(
                type + "-r" + number,
                "Rule " + number + " of " + type,
                type,
                "security",
                List.of(Severity.LOW, Severity.MEDIUM, Severity.HIGH).get(number % 3),
                "r" + number + " == pass",
                "why",
                "fix",
                List.of("ref-" + number),
                "base");
    }
}
