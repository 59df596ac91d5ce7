package dev.muster.collector.install;

import dev.muster.collector.install.HostReport.Outcome;
import dev.muster.collector.install.InstallException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Installs the agent on many hosts at once. What is done on a host is not done again, so a run that broke off is simply repeated. */
public final class AgentInstaller {
    /**
     * Answers ssh when it asks for the password of that login on that host, and nothing else: not whether a host's key is the right one, and
     * not the ssh that goes to a jump host, which inherits all this. What a host asks itself stands behind the name that ssh puts before it.
     */
    static final String ASKPASS = """
            #!/bin/sh
            case $1 in
              "$MUSTER_SSH_AT's password:"* | "($MUSTER_SSH_AT)"*assword*) printf '%s\\n' "$MUSTER_SSH_PASSWORD" ;;
              *) exit 1 ;;
            esac
            """;

    private final ConcurrentMap<String, String> hostsByKey = new ConcurrentHashMap<>();
    private final Masters masters = new Masters();
    private final InstallPlan plan;
    private final CollectorSide collector;
    private final Progress progress;
    private final Pause pause;

    public AgentInstaller(InstallPlan plan, CollectorSide collector, Progress progress, Pause pause) {
        this.plan = plan;
        this.collector = collector;
        this.progress = progress;
        this.pause = pause;
    }

    /** Told what happens, from several threads. The text may come from a host: bounded, not escaped. */
    @FunctionalInterface
    public interface Progress {
        void line(String host, String text);
    }

    /** Waits before another look; handed in, so that tests do not wait. */
    @FunctionalInterface
    public interface Pause {
        void seconds(int seconds);
    }

    /** One report a host, in the order of the hosts. Once; where the machine is told to end meanwhile, neither ssh nor a file is left. */
    public List<HostReport> install(List<String> hosts) throws IOException {
        Path folder = Files.createTempDirectory(
                "muster-ssh", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var hook = new Thread(() -> abandon(folder), "muster-ssh-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try (ExecutorService threads = Executors.newFixedThreadPool(plan.jobs())) {
            Map<String, String> environment = environment(folder);
            List<Future<HostReport>> running = new ArrayList<>();
            for (int i = 0; i < hosts.size(); i++) {
                String host = hosts.get(i);
                Path own = Files.createDirectory(folder.resolve(String.valueOf(i)));
                running.add(threads.submit(() -> one(host, own, environment)));
            }
            List<HostReport> reports = new ArrayList<>();
            for (Future<HostReport> each : running) {
                reports.add(each.get());
            }
            return reports;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a fault of the installer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InstallException(Reason.INTERRUPTED, "interrupted", "");
        } finally {
            if (isRemoved(hook)) {
                delete(folder);
            }
        }
    }

    private void abandon(Path folder) {
        try {
            masters.kill();
            delete(folder);
        } catch (InterruptedException | IOException | UncheckedIOException e) {
            // Nobody is left to be told.
        }
    }

    /** Where it is too late for that, it does its work itself. */
    private static boolean isRemoved(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            return false;
        }
    }

    private HostReport one(String host, Path folder, Map<String, String> environment) {
        var installation =
                new HostInstallation(plan, collector, text -> progress.line(host, text), pause, host, hostsByKey);
        try (SshConnection connection = SshConnection.open(plan.ssh(), host, folder, environment, masters)) {
            return installation.over(connection);
        } catch (InstallException e) {
            return failed(installation, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(installation, new InstallException(Reason.INTERRUPTED, "interrupted", ""));
        }
    }

    private HostReport failed(HostInstallation installation, InstallException e) {
        progress.line(installation.host(), "FAILED (" + e.reason().word() + "): " + e.getMessage());
        var failure = new HostReport.Failure(
                e.reason(), installation.step(), String.valueOf(e.getMessage()), e.remedy(), installation.log());
        return new HostReport(installation.host(), Outcome.FAILED, "", "", Optional.of(failure));
    }

    /** The password is in the environment, which only this user sees, and in no file and on no command line. */
    private Map<String, String> environment(Path folder) throws IOException {
        if (plan.ssh().password().isEmpty()) {
            return Map.of();
        }
        Path askpass = folder.resolve("askpass");
        Files.writeString(askpass, ASKPASS);
        Files.setPosixFilePermissions(askpass, PosixFilePermissions.fromString("rwx------"));
        return Map.of(
                "SSH_ASKPASS",
                askpass.toString(),
                "SSH_ASKPASS_REQUIRE",
                "force",
                "MUSTER_SSH_PASSWORD",
                plan.ssh().password().get());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
