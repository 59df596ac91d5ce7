package dev.muster.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A collector of this build, on ports of its own, for an agent to talk to. It lets in whoever asks. */
final class TrainingCollector implements AutoCloseable {
    private static final long READY_SECONDS = 180;
    private static final long LOOK_MILLIS = 100;

    private final Path home;
    private final Process process;

    private TrainingCollector(Path home, Process process) {
        this.home = home;
        this.process = process;
    }

    /**
     * Returns once it listens.
     *
     * @param home an empty folder, which becomes its own
     */
    static TrainingCollector start(Path home) throws IOException, InterruptedException {
        Path config = home.resolve("collector.yaml");
        Files.writeString(config, "multicast: false\nenrolment: accept\nevent-log: {output: none}\n");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx384m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("dev.muster.collector.app.CollectorMain", "--allow-root"));
        command.addAll(List.of("--home=" + home, "--config=" + config));
        command.addAll(List.of("--listen=127.0.0.1:0", "--api=127.0.0.1:0", "--bolt-port=0"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile())
                .start();
        var collector = new TrainingCollector(home, process);
        collector.awaitReady();
        return collector;
    }

    private void awaitReady() throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (!Files.exists(addressFile())) {
            if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() > endNanos) {
                process.destroyForcibly();
                throw new PackagingException("no collector to train with: " + Files.readString(home.resolve("log")));
            }
        }
    }

    private Path addressFile() {
        return home.resolve("link.address");
    }

    /** Where agents reach it. */
    String address() throws IOException {
        return Files.readString(addressFile()).strip();
    }

    void copyPublicKey(Path folder) throws IOException {
        Files.copy(
                home.resolve("keys/collector.pub"),
                folder.resolve("collector.pub"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        process.destroy();
        Programs.await(process);
    }
}
