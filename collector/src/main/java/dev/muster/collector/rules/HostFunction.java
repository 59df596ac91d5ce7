package dev.muster.collector.rules;

import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * A function that conditions may call.
 *
 * @param reads the discovery types it answers from
 * @param body gets arguments of the declared kinds; pure
 */
record HostFunction(
        String name,
        List<Kind> parameters,
        Kind result,
        Set<String> reads,
        BiFunction<Scene, List<Object>, Answer> body) {
    /** As Java values {@link String}, {@link Long}, {@link Boolean}. */
    enum Kind {
        TEXT,
        INT,
        BOOL
    }

    HostFunction {
        parameters = List.copyOf(parameters);
        reads = Set.copyOf(reads);
    }
}
