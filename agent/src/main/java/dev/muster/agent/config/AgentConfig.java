package dev.muster.agent.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The whole configuration of an agent.
 *
 * <p>The file holds {@code KEY=value} lines, {@code #} comments and empty lines; a value may be in quotes. An option of the command line
 * goes before the file: {@code --max-scripts=1} for {@code MAX_SCRIPTS}. A key that does not exist, or exists twice, is an error.
 */
public record AgentConfig(LinkConfig link, DiscoveryConfig discovery, StateConfig state, LogConfig log) {
    public static final Path DEFAULT_FILE = Path.of("/etc/muster/agent.conf");

    private static final int MAX_SCRIPTS = 8;
    /** From a second to some eleven days. */
    private static final Pattern INTERVAL = Pattern.compile("([a-z][a-z0-9_-]{0,63})=([1-9][0-9]{0,5})");

    private static final int MAX_PORT = 65_535;
    private static final int MAX_SPOOL_MB = 10_000;
    private static final int MAX_COLLECTORS = 64;

    /**
     * Reads both.
     *
     * @param file empty for the defaults
     * @param options each {@code --option=value}
     * @throws ConfigException naming file and line, or option
     */
    public static AgentConfig load(Optional<Path> file, List<String> options) {
        var reader = new SettingReader();
        file.ifPresent(reader::readFile);
        reader.readOptions(options);
        return new Interpreter(reader).config();
    }

    /** Makes values of texts; an error names where the text came from. */
    private record Interpreter(SettingReader reader) {
        private AgentConfig config() {
            var link = new LinkConfig(
                    collectors(),
                    path(Setting.COLLECTOR_KEYS),
                    optionalPath(Setting.TOKEN_FILE),
                    number(Setting.PORT, 0, MAX_PORT));
            var discovery = new DiscoveryConfig(
                    optionalPath(Setting.SCRIPTS),
                    path(Setting.OWN_TYPES),
                    Set.copyOf(words(Setting.TYPES_OFF)),
                    intervals(),
                    number(Setting.MAX_SCRIPTS, 1, MAX_SCRIPTS));
            var state = new StateConfig(
                    path(Setting.STATE), path(Setting.RUN), number(Setting.SPOOL_MAX_MB, 1, MAX_SPOOL_MB));
            return new AgentConfig(link, discovery, state, new LogConfig(level()));
        }

        private List<CollectorAddress> collectors() {
            List<String> words = words(Setting.COLLECTORS);
            if (words.isEmpty() || words.size() > MAX_COLLECTORS) {
                throw wrong(Setting.COLLECTORS, "1 to " + MAX_COLLECTORS + " addresses");
            }
            try {
                return words.stream().map(CollectorAddress::parse).toList();
            } catch (ConfigException e) {
                throw new ConfigException(reader.get(Setting.COLLECTORS).where() + ": " + e.getMessage(), e);
            }
        }

        private List<String> words(Setting setting) {
            return Arrays.stream(text(setting).split("[\\s,]+", -1))
                    .filter(word -> !word.isEmpty())
                    .distinct()
                    .toList();
        }

        private Map<String, Duration> intervals() {
            Map<String, Duration> intervals = new TreeMap<>();
            for (String word : words(Setting.INTERVALS)) {
                Matcher parts = INTERVAL.matcher(word);
                if (!parts.matches()) {
                    throw wrong(Setting.INTERVALS, "type=seconds, for example proc_sys=30");
                }
                intervals.put(parts.group(1), Duration.ofSeconds(Integer.parseInt(parts.group(2))));
            }
            return intervals;
        }

        private Optional<Path> optionalPath(Setting setting) {
            return text(setting).isEmpty() ? Optional.empty() : Optional.of(path(setting));
        }

        private Path path(Setting setting) {
            try {
                Path path = Path.of(text(setting));
                if (path.isAbsolute()) {
                    return path.normalize();
                }
            } catch (InvalidPathException e) {
                throw wrong(setting, "an absolute path");
            }
            throw wrong(setting, "an absolute path");
        }

        private int number(Setting setting, int min, int max) {
            String text = text(setting);
            if (text.matches("[0-9]{1,9}") && Integer.parseInt(text) >= min && Integer.parseInt(text) <= max) {
                return Integer.parseInt(text);
            }
            throw wrong(setting, "a number from " + min + " to " + max);
        }

        private LogConfig.Level level() {
            for (LogConfig.Level level : LogConfig.Level.values()) {
                if (level.name().equalsIgnoreCase(text(Setting.LOG_LEVEL))) {
                    return level;
                }
            }
            String all = Arrays.stream(LogConfig.Level.values())
                    .map(level -> level.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
            throw wrong(Setting.LOG_LEVEL, "one of " + all);
        }

        private String text(Setting setting) {
            return reader.get(setting).value();
        }

        private ConfigException wrong(Setting setting, String wanted) {
            return new ConfigException(reader.get(setting).where() + ": " + setting + " must be " + wanted);
        }
    }
}
