package dev.muster.collector.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * A function that conditions may call. Two of one name differ in how many parameters they have.
 *
 * @param reads the discovery types it answers from
 * @param members the members of those that it answers from; empty for all
 * @param beside what it answers from that is no fact
 * @param path makes of its first argument, then a literal, the path or glob whose attributes it needs
 * @param body gets arguments of the declared kinds; pure
 */
record HostFunction(
        String name,
        List<Kind> parameters,
        Kind result,
        Set<String> reads,
        Set<String> members,
        Set<Beside> beside,
        Optional<UnaryOperator<String>> path,
        BiFunction<Scene, List<Object>, Answer> body) {
    /** As Java values {@link String}, {@link Long}, {@link Boolean}; files as a list of maps. */
    enum Kind {
        TEXT,
        INT,
        BOOL,
        FILES
    }

    /** What is not discovered, and may change an answer all the same. */
    enum Beside {
        TODAY,
        ROLES,
        PARAMETERS
    }

    HostFunction {
        parameters = List.copyOf(parameters);
        reads = Set.copyOf(reads);
        members = Set.copyOf(members);
        beside = Set.copyOf(beside);
    }

    static HostFunction of(
            String name, List<Kind> parameters, Kind result, BiFunction<Scene, List<Object>, Answer> body) {
        return new HostFunction(name, parameters, result, Set.of(), Set.of(), Set.of(), Optional.empty(), body);
    }

    HostFunction reading(String type, String... only) {
        return new HostFunction(name, parameters, result, Set.of(type), Set.of(only), beside, path, body);
    }

    HostFunction reading(Beside what) {
        return new HostFunction(name, parameters, result, reads, members, Set.of(what), path, body);
    }

    HostFunction aboutPath(UnaryOperator<String> of) {
        return new HostFunction(name, parameters, result, reads, members, beside, Optional.of(of), body);
    }

    HostFunction answering(BiFunction<Scene, List<Object>, Answer> otherwise) {
        return new HostFunction(name, parameters, result, reads, members, beside, path, otherwise);
    }

    /** Tells apart what has the same name. */
    String overload() {
        return name + "/" + parameters.size();
    }
}
