package dev.muster.collector.apply;

import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.Judgement;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;

/** The rules in force. Pure: the same question has the same answer. Called from the apply worker alone. */
public interface Judge {
    /** Changes whenever any verdict may: of rules, parameters and host functions. */
    String hash();

    /** The discovery types that rules read. */
    Set<String> types();

    /**
     * What each rule that reads one of {@code changed} says now.
     *
     * @param changed discovery types whose facts changed; {@link #types()} for all
     */
    List<Judgement> judge(FactsView facts, Set<String> changed, LocalDate today);
}
