package dev.muster.collector.apply;

import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Rule;
import dev.muster.collector.rules.RuleSet;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules in force. Pure: the same question has the same answer. Called from the apply worker alone. */
public interface Judge {
    /** Changes whenever any verdict may: of rules, parameters and host functions. */
    String hash();

    /** The judge that a compiled rule set is. */
    static Judge of(RuleSet rules) {
        Set<String> ids = rules.rules().stream().map(Rule::id).collect(Collectors.toUnmodifiableSet());
        return new Judge() {
            @Override
            public String hash() {
                return rules.hash();
            }

            @Override
            public Set<String> keys(FactsView host) {
                return rules.keys(host);
            }

            @Override
            public Set<String> typesOf(Collection<String> some) {
                return some.stream()
                        .flatMap(id -> rules.rule(id).stream())
                        .map(Rule::type)
                        .collect(Collectors.toUnmodifiableSet());
            }

            @Override
            public Set<String> ids() {
                return ids;
            }

            @Override
            public Set<String> types() {
                return rules.types();
            }

            @Override
            public List<Judgement> judge(FactsView facts, Set<String> changed, LocalDate today) {
                return rules.judge(facts, changed, today);
            }

            @Override
            public List<Judgement> judgeNewDay(FactsView facts, LocalDate today) {
                return rules.judgeNewDay(facts, today);
            }
        };
    }

    /** The keys of all verdicts of the rules in force on a host: a rule's id, for a named instance {@code id:instance}. */
    Set<String> keys(FactsView host);

    /** The discovery types under which the verdicts of rules are kept. */
    Set<String> typesOf(Collection<String> ids);

    /** The ids of the rules in force anywhere. */
    Set<String> ids();

    /** The discovery types that rules read. */
    Set<String> types();

    /**
     * What each rule that reads one of {@code changed} says now.
     *
     * @param changed discovery types whose facts changed; {@link #types()} for all
     */
    List<Judgement> judge(FactsView facts, Set<String> changed, LocalDate today);

    /** What each rule says now whose verdict the date alone can change. */
    List<Judgement> judgeNewDay(FactsView facts, LocalDate today);
}
