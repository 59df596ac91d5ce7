package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.settings.Form;
import dev.muster.collector.settings.Option;
import dev.muster.collector.settings.Option.Standard;
import dev.muster.collector.settings.Options;
import dev.muster.collector.settings.Section;
import dev.muster.collector.settings.SettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    private static final int MAX_VALUE_CHARS = 4_096;

    /** Not those that the event brings, and not those by which a loader or a shell would run something else. */
    private static final Pattern NAME = Pattern.compile("(?!MUSTER_|ASSIM_|LD_|ENV$|IFS$)[A-Z][A-Z0-9_]{0,63}");

    private static final Option FOLDER = new Option(
            "folder",
            new Form.Text("a path"),
            new Standard.Depends(
                    "`notification.d` in the collector's home, where it is there", "/etc/muster/notification.d"),
            "Whose executables are run, in the order of their names.",
            "They run as the collector's user, so leave it to root.");
    private static final Option TIMEOUT = new Option(
            "timeout",
            new Form.Time(Duration.ofSeconds(1), Duration.ofMinutes(10)),
            Option.is("30s"),
            "How long one may take; it is killed then, with all that it started.",
            "Longer: a slow one holds up all behind it.");
    private static final Option ENVIRONMENT = new Option(
            "environment",
            new Form.Tree("NAME: value; not `MUSTER_*`, `ASSIM_*` or `LD_*`"),
            Option.is("{}"),
            "What they find in their environment besides the event, for example `{EMAILDESTS: ops@example.org}`.",
            "Other users of the collector's host cannot see it, but what runs as the collector can.");
    private static final Options OPTIONS =
            new Options("hooks", "Executables that are run on events.", List.of(FOLDER, TIMEOUT, ENVIRONMENT));

    /** What the section may say. */
    public static Options options() {
        return OPTIONS;
    }

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
     * @throws SettingException naming the key
     */
    public static HookConfig read(JsonNode section, Path folder) {
        var settings = new Section(OPTIONS, section);
        Path chosen = settings.text(FOLDER).map(Path::of).orElse(folder);
        if (!Files.isDirectory(chosen)) {
            throw settings.bad(FOLDER, "is not a folder: " + chosen);
        }
        Duration timeout = settings.duration(TIMEOUT);
        return new HookConfig(chosen, timeout, environment(settings, settings.node(ENVIRONMENT)));
    }

    private static Map<String, String> environment(Section settings, JsonNode values) {
        if (!values.isMissingNode() && !values.isObject()) {
            throw settings.bad(ENVIRONMENT, "expected names and values");
        }
        var environment = new TreeMap<String, String>();
        values.properties().forEach(entry -> {
            String value = entry.getValue().asText();
            boolean plain = entry.getValue().isValueNode()
                    && value.length() <= MAX_VALUE_CHARS
                    && value.chars().noneMatch(Character::isISOControl);
            if (!NAME.matcher(entry.getKey()).matches() || !plain) {
                throw settings.bad(
                        ENVIRONMENT,
                        "cannot set " + SafeText.line(entry.getKey(), 60)
                                + ": names are capital letters, digits and _, not"
                                + " MUSTER_*, ASSIM_* or LD_*; values are one line of at most " + MAX_VALUE_CHARS);
            }
            environment.put(entry.getKey(), value);
        });
        return environment;
    }
}
