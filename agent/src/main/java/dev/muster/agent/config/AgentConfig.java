package dev.muster.agent.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
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
    /** Read where they are there and no other is named; the last one is Muster's own, the first ones those of Debian's and Red Hat's habit. */
    public static final List<Path> DEFAULT_FILES = List.of(
            Path.of("/etc/default/muster-agent"),
            Path.of("/etc/sysconfig/muster-agent"),
            Path.of("/etc/muster/agent.conf"));

    /** From a second to some eleven days. */
    private static final Pattern INTERVAL = Pattern.compile("([a-z][a-z0-9_-]{0,63})=([1-9][0-9]{0,5})");

    private static final int MAX_COLLECTORS = 64;

    /**
     * One key, as documents and the installed file tell of it.
     *
     * @param option the same on the command line
     * @param values kind, unit and range
     * @param standard what counts where nothing is said; may be empty
     * @param cost of another value; may be empty
     */
    public record Described(String key, String option, String values, String standard, String effect, String cost) {}

    /** Every key there is. */
    public static List<Described> described() {
        return Arrays.stream(Setting.values()).map(Setting::described).toList();
    }

    /**
     * Whether a key has this option.
     *
     * @param option without a value, such as {@code --max-scripts}
     */
    public static boolean isOption(String option) {
        return Setting.ofOption(option).isPresent();
    }

    /**
     * Reads all.
     *
     * @param files each goes before those that stand before it
     * @param options each {@code --option=value}, or the two one after the other
     * @throws ConfigException naming file and line, or option
     */
    public static AgentConfig load(List<Path> files, List<String> options) {
        var reader = new SettingReader();
        files.forEach(reader::readFile);
        reader.readOptions(options);
        return new Interpreter(reader).config();
    }

    /** Makes values of texts; an error names where the text came from. */
    private record Interpreter(SettingReader reader) {
        private AgentConfig config() {
            var link = new LinkConfig(
                    collectors(),
                    number(Setting.TTL),
                    path(Setting.COLLECTOR_KEYS),
                    optionalPath(Setting.TOKEN_FILE),
                    bind(),
                    Duration.ofSeconds(number(Setting.DIGEST_SECONDS)));
            var discovery = new DiscoveryConfig(
                    optionalPath(Setting.SCRIPTS),
                    path(Setting.OWN_TYPES),
                    Set.copyOf(words(Setting.TYPES_ON)),
                    Set.copyOf(words(Setting.TYPES_OFF)),
                    intervals(),
                    number(Setting.MAX_SCRIPTS));
            var state = new StateConfig(path(Setting.STATE), path(Setting.RUN), number(Setting.SPOOL_MAX_MB));
            number(Setting.HEAP_MB);
            return new AgentConfig(link, discovery, state, new LogConfig(level()));
        }

        private List<CollectorAddress> collectors() {
            List<String> words = words(Setting.COLLECTORS);
            if (words.size() > MAX_COLLECTORS) {
                throw wrong(Setting.COLLECTORS, "at most " + MAX_COLLECTORS + " addresses");
            }
            return words.isEmpty()
                    ? List.of(group())
                    : words.stream()
                            .map(word -> address(Setting.COLLECTORS, word))
                            .toList();
        }

        private CollectorAddress group() {
            CollectorAddress group = address(Setting.MULTICAST, text(Setting.MULTICAST));
            if (group.kind() != CollectorAddress.Kind.MULTICAST) {
                throw wrong(Setting.MULTICAST, "a multicast group, for example " + CollectorAddress.DEFAULT_GROUP);
            }
            return group;
        }

        /** One address of this host, with a port or without; names are not looked up. */
        private InetSocketAddress bind() {
            int port = number(Setting.PORT);
            String text = text(Setting.BIND);
            if (text.isEmpty()) {
                return new InetSocketAddress(port);
            }
            CollectorAddress own = address(Setting.BIND, text);
            boolean hasPort = text.startsWith("[") ? text.contains("]:") : text.contains(":");
            return switch (own.kind()) {
                case IPV4, IPV6 ->
                    new InetSocketAddress(InetAddress.ofLiteral(own.host()), hasPort ? own.port() : port);
                case NAME, MULTICAST ->
                    throw wrong(Setting.BIND, "an address of this host, for example 192.0.2.7 or [2001:db8::7]:1984");
            };
        }

        private CollectorAddress address(Setting setting, String text) {
            try {
                return CollectorAddress.parse(text);
            } catch (ConfigException e) {
                throw new ConfigException(reader.get(setting).where() + ": " + e.getMessage(), e);
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

        private int number(Setting setting) {
            Setting.Form.Count form = (Setting.Form.Count) setting.form();
            String text = text(setting);
            if (text.matches("[0-9]{1,9}")
                    && Integer.parseInt(text) >= form.least()
                    && Integer.parseInt(text) <= form.most()) {
                return Integer.parseInt(text);
            }
            throw wrong(setting, "a number from " + form.least() + " to " + form.most());
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
