package dev.muster.agent.discovery;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the collector wants of one instance, not checked yet.
 *
 * @param instance "" for a type's first one, which runs unless a wish says otherwise; any other makes one more
 * @param interval instead of the declared one
 */
public record Wish(
        String type, String instance, Running running, Optional<Duration> interval, Map<String, String> parameters) {
    /** Whether it is to run. */
    public enum Running {
        ON,
        /** Of the first instance: nothing of the type runs. */
        OFF
    }

    public Wish {
        parameters = Map.copyOf(parameters);
    }

    /** For people: {@code type} or {@code type/instance}. */
    String name() {
        return instance.isEmpty() ? type : type + "/" + instance;
    }
}
