package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Evidence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What host functions said while one condition was evaluated. For one thread. */
final class Answers {
    /** A function may be asked about each of many elements; evidence shows this many answers. Implementation choice. */
    private static final int MAX_SHOWN = Evidence.MAX_OFFENDING;

    private final List<String> unanswered = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final Map<String, JsonNode> given = new LinkedHashMap<>();

    void unanswered(String reason) {
        unanswered.add(reason);
    }

    void missing(String reason) {
        missing.add(reason);
    }

    /** The call as the condition writes it, with its arguments' values. */
    void given(String call, JsonNode answer) {
        if (given.size() < MAX_SHOWN) {
            given.putIfAbsent(call, answer);
        }
    }

    Optional<String> firstUnanswered() {
        return unanswered.stream().findFirst();
    }

    Optional<String> firstMissing() {
        return missing.stream().findFirst();
    }

    Stream<Evidence.Read> shown() {
        return given.entrySet().stream().map(entry -> new Evidence.Read(entry.getKey(), entry.getValue()));
    }
}
