package dev.muster.systemtests;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A collector with a home of its own, which outlives its process. */
final class CollectorProcess implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(90);

    private final Path home;
    private String listen = "127.0.0.1:0";
    private String apiAt = "127.0.0.1:0";
    private @Nullable Jvm jvm;
    /** Of this process: one connection for all questions, for each that is made costs both sides a handshake. */
    private volatile @Nullable Api api;

    CollectorProcess(Path home, String config) throws IOException {
        this.home = Files.createDirectories(home);
        Files.writeString(home.resolve("collector.yaml"), config);
    }

    /** Where it listens from the next start on; port 0 is kept once the kernel has chosen. */
    void listen(String address) {
        listen = address;
    }

    /** Where its API listens from the next start on. */
    void apiAt(String address) {
        apiAt = address;
    }

    /** Starts, and does not wait. */
    void launch() throws IOException {
        Files.deleteIfExists(home.resolve("api/api.url"));
        api = null;
        jvm = Jvm.start(
                "collector",
                "dev.muster.collector.app.CollectorMain",
                List.of(),
                List.of("-Xmx384m"),
                List.of(
                        "--home",
                        home.toString(),
                        "--allow-root",
                        "--listen",
                        listen,
                        "--api",
                        apiAt,
                        "--bolt-port",
                        "0"),
                home.resolve("collector.log"));
    }

    /** Waits until it serves the API. */
    void awaitReady() throws IOException {
        await().atMost(READY).until(() -> {
            if (!jvm().alive()) {
                throw new AssertionError("the collector ended:\n" + log());
            }
            return Files.exists(home.resolve("api/api.url"));
        });
        listen = Files.readString(home.resolve("link.address")).strip();
    }

    CollectorProcess start() throws IOException {
        launch();
        awaitReady();
        return this;
    }

    Jvm jvm() {
        if (jvm == null) {
            throw new IllegalStateException("not started");
        }
        return jvm;
    }

    Api api() {
        Api known = api;
        if (known == null) {
            known = Api.at(home.resolve("api"));
            api = known;
        }
        return known;
    }

    Path home() {
        return home;
    }

    /** address:port for agents. */
    String address() {
        return listen;
    }

    Path publicKey() {
        return home.resolve("keys/collector.pub");
    }

    String log() {
        return jvm == null ? "" : jvm.log();
    }

    @Override
    public void close() {
        if (jvm != null) {
            jvm.close();
        }
    }
}
