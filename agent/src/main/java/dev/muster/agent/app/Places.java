package dev.muster.agent.app;

import dev.muster.agent.config.AgentConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the agent's files are, as far as its command line says.
 *
 * @param config instead of all other files
 * @param home of state, run, collector-keys and agent.conf
 * @param run of the control socket
 */
record Places(
        @Nullable Path config,
        @Nullable Path home,
        @Nullable Path run) {
    AgentConfig config(List<String> settings) {
        List<String> all = new ArrayList<>();
        if (home != null) {
            Path base = home.toAbsolutePath();
            all.add("--state=" + base.resolve("state"));
            all.add("--run=" + base.resolve("run"));
            all.add("--collector-keys=" + base.resolve("collector-keys"));
        }
        if (run != null) {
            all.add("--run=" + run);
        }
        all.addAll(settings);
        return AgentConfig.load(files(), all);
    }

    private List<Path> files() {
        if (config != null) {
            return List.of(config);
        }
        return Stream.concat(AgentConfig.DEFAULT_FILES.stream(), Stream.of(ownFile()))
                .distinct()
                .filter(Files::exists)
                .toList();
    }

    /** Whose settings go before those of all other files. */
    Path ownFile() {
        if (config != null) {
            return config;
        }
        return home == null ? AgentConfig.DEFAULT_FILES.getLast() : home.resolve("agent.conf");
    }

    /** Of the agent that is asked. */
    Path runFolder() {
        return config(List.of()).state().run();
    }
}
