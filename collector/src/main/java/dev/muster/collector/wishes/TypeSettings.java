package dev.muster.collector.wishes;

import dev.muster.collector.model.Wish;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an administrator says of one type.
 *
 * @param run whether it runs; empty for as it is declared
 * @param interval empty for as it is declared
 * @param parameters values may have lines
 */
public record TypeSettings(Optional<Wish.Run> run, Optional<Duration> interval, SortedMap<String, String> parameters) {
    static final TypeSettings NOTHING = new TypeSettings(Optional.empty(), Optional.empty(), new TreeMap<>());

    public TypeSettings {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    /** This where it says something, else the other. */
    TypeSettings over(TypeSettings other) {
        SortedMap<String, String> both = new TreeMap<>(other.parameters);
        both.putAll(parameters);
        return new TypeSettings(run.or(() -> other.run), interval.or(() -> other.interval), both);
    }
}
