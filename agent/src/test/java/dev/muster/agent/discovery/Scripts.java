package dev.muster.agent.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Real scripts in a temporary folder. */
final class Scripts {
    static final PlannedInstance.FirstRun SOON = PlannedInstance.FirstRun.SOON;

    private Scripts() {}

    static Path write(Path folder, String name, String text) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    static DiscoveryType type(String name, Duration timeout, Optional<Path> script) {
        return new DiscoveryType(
                name,
                "",
                1,
                List.of("linux"),
                DiscoveryType.Activation.BY_DEFAULT,
                Duration.ofSeconds(60),
                timeout,
                List.of(),
                Map.of("depth", new Parameter.WholeNumber(1, 9, 3)),
                List.of(),
                List.of(),
                script);
    }

    static PlannedInstance plan(Path script, Duration timeout) {
        return PlannedInstance.of(type("probe", timeout, Optional.of(script)), SOON);
    }
}
