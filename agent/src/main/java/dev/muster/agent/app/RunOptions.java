package dev.muster.agent.app;

import dev.muster.agent.config.AgentConfig;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code muster-agent run} was started with; checked no further than its command line is.
 *
 * @param root of the host that is looked at: "" for this one
 * @param hostName to show instead of the system's
 * @param collectors addresses; empty where the configuration says them
 * @param settings each {@code --option=value}, or the two one after the other
 */
record RunOptions(
        Places places, String root, @Nullable String hostName, List<String> collectors, List<String> settings) {
    static final String CONFIG = "--config";
    static final String HOME = "--home";
    static final String RUN = "--run";
    static final String ROOT = "--root";
    static final String HOST_NAME = "--host-name";
    static final String COLLECTOR = "--collector";
    /** As the Assimilation project's agent calls it. */
    static final String CMAADDR = "--cmaaddr";

    RunOptions {
        collectors = List.copyOf(collectors);
        settings = List.copyOf(settings);
    }

    /**
     * What picocli would make of these arguments, where there is no doubt about that: {@code run} and then nothing but
     * {@code --option=value}. Empty for all else, right or wrong, which picocli reads or explains.
     */
    static Optional<RunOptions> plain(List<String> args) {
        if (args.isEmpty() || !args.getFirst().equals("run")) {
            return Optional.empty();
        }
        var plain = new Plain(new HashMap<>(), new ArrayList<>(), new ArrayList<>());
        for (String arg : args.subList(1, args.size())) {
            if (!plain.takes(arg)) {
                return Optional.empty();
            }
        }
        return plain.options();
    }

    AgentConfig config() {
        List<String> all = new ArrayList<>();
        if (!collectors.isEmpty()) {
            all.add("--collectors=" + String.join(",", collectors));
        }
        all.addAll(settings);
        return places.config(all);
    }

    /** What was read so far. */
    private record Plain(Map<String, String> once, List<String> collectors, List<String> settings) {
        private boolean takes(String arg) {
            int equals = arg.indexOf('=');
            if (equals < 0 || equals + 1 == arg.length()) {
                return false;
            }
            String option = arg.substring(0, equals);
            String value = arg.substring(equals + 1);
            return switch (option) {
                case CONFIG, HOME, RUN, ROOT, HOST_NAME -> isPlain(value) && once.put(option, value) == null;
                case COLLECTOR, CMAADDR -> isPlain(value) && takesCollectors(value);
                default -> AgentConfig.isOption(option) && settings.add(arg);
            };
        }

        private boolean takesCollectors(String value) {
            List<String> words = List.of(value.split(",", -1));
            return !words.contains("") && collectors.addAll(words);
        }

        /** To picocli, quotes may hold a list together, and what begins with a dash may be an option. */
        private static boolean isPlain(String value) {
            return !value.startsWith("-") && value.indexOf('"') < 0 && value.indexOf('\'') < 0;
        }

        private Optional<RunOptions> options() {
            try {
                var places = new Places(path(CONFIG), path(HOME), path(RUN));
                String root = once.getOrDefault(ROOT, "");
                return Optional.of(new RunOptions(places, root, once.get(HOST_NAME), collectors, settings));
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        }

        private @Nullable Path path(String option) {
            String text = once.get(option);
            return text == null ? null : Path.of(text);
        }
    }
}
