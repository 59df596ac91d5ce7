package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What runs on events: section {@code hooks} of the configuration file.
 *
 * @param folder whose executables are run, in the order of their names
 * @param timeout how long one may take; it is killed then, with all that it started. Longer lets a slow one hold up all behind it
 * @param environment what the executables find in their environment besides the event
 */
public record HookConfig(Path folder, Duration timeout, Map<String, String> environment) {
    static final Duration STANDARD_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);
    private static final int MAX_VALUE_CHARS = 4_096;

    /** Not those that the event brings, and not those by which a loader or a shell would run something else. */
    private static final Pattern NAME = Pattern.compile("(?!MUSTER_|ASSIM_|LD_|ENV$|IFS$)[A-Z][A-Z0-9_]{0,63}");

    public HookConfig {
        environment = Map.copyOf(environment);
    }

    /** With nothing configured. */
    public static HookConfig in(Path folder) {
        return new HookConfig(folder, STANDARD_TIMEOUT, Map.of());
    }

    /**
     * Reads the section.
     *
     * @param folder where none is given
     * @throws DeliveryConfigException naming the key
     */
    public static HookConfig read(JsonNode section, Path folder) {
        var settings = new Settings("hooks", section, Set.of("folder", "timeout", "environment"));
        Path chosen = settings.text("folder").map(Path::of).orElse(folder);
        if (!Files.isDirectory(chosen)) {
            throw settings.bad("folder", "is not a folder: " + chosen);
        }
        Duration timeout = settings.duration("timeout", STANDARD_TIMEOUT);
        if (timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw settings.bad("timeout", "at most 10m");
        }
        return new HookConfig(chosen, timeout, environment(settings, section.path("environment")));
    }

    private static Map<String, String> environment(Settings settings, JsonNode values) {
        if (!values.isMissingNode() && !values.isObject()) {
            throw settings.bad("environment", "expected names and values");
        }
        var environment = new TreeMap<String, String>();
        values.properties().forEach(entry -> {
            String value = entry.getValue().asText();
            boolean plain = entry.getValue().isValueNode()
                    && value.length() <= MAX_VALUE_CHARS
                    && value.chars().noneMatch(Character::isISOControl);
            if (!NAME.matcher(entry.getKey()).matches() || !plain) {
                throw settings.bad(
                        "environment",
                        "cannot set " + SafeText.line(entry.getKey(), 60)
                                + ": names are capital letters, digits and _, not"
                                + " MUSTER_*, ASSIM_* or LD_*; values are one line of at most " + MAX_VALUE_CHARS);
            }
            environment.put(entry.getKey(), value);
        });
        return environment;
    }
}
