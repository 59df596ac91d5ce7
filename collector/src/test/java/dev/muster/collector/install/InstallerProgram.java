package dev.muster.collector.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An installation on one host as a program of its own, so that it can be told to end. */
final class InstallerProgram {
    private InstallerProgram() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        var plan = new InstallPlan(
                List.of(Debs.agent(folder, "1.0", "amd64")),
                new SshSettings(
                        Optional.empty(),
                        Optional.of(folder.resolve("ssh_config")),
                        SshSettings.HostKeys.KNOWN,
                        Optional.of("secret")),
                "192.0.2.7:1984",
                "A".repeat(43) + "=",
                InstallPlan.Former.LEFT_ALONE,
                6,
                4,
                1);
        new AgentInstaller(plan, new NoCollector(), (host, text) -> {}, seconds -> {}).install(List.of("web-1"));
    }

    /** Never asked: it is told to end before. */
    private static final class NoCollector implements CollectorSide {
        @Override
        public String token() {
            throw new IllegalStateException("no token");
        }

        @Override
        public Set<String> trusted() {
            throw new IllegalStateException("no agents");
        }

        @Override
        public Standing standing(String fingerprint) {
            throw new IllegalStateException("no standing");
        }
    }
}
