package dev.muster.collector.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One hook, run to its end: in a session of its own, so that it can be killed with all that it started, with an environment of its own and
 * the event on standard input.
 */
final class HookRun {
    private static final String SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    /** Of what it prints, the end is kept. */
    private static final int KEPT_BYTES = 4_096;

    private static final Duration KILL_WAIT = Duration.ofSeconds(5);

    private HookRun() {}

    /** Runs it; says what went wrong, and nothing where nothing did. */
    static Optional<String> run(Path hook, HookCall call, HookConfig config) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("setsid", hook.toString()));
        command.addAll(call.arguments());
        var builder =
                new ProcessBuilder(command).directory(Path.of("/").toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", SEARCH_PATH);
        environment.put("LC_ALL", "C.UTF-8");
        environment.putAll(config.environment());
        environment.putAll(call.variables());
        try {
            return await(builder.start(), call.json(), config.timeout());
        } catch (IOException e) {
            return Optional.of("cannot be started: " + e.getMessage());
        }
    }

    private static Optional<String> await(Process process, String json, Duration timeout) throws InterruptedException {
        var tail = new Tail();
        Thread writes = Thread.ofVirtual().start(() -> write(process, json));
        Thread reads = Thread.ofVirtual().start(() -> tail.drain(process.getInputStream()));
        try {
            boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                kill(process);
                return Optional.of("killed after " + timeout.toSeconds() + " s" + tail.shown());
            }
            // What it left in the background may hold the pipe open: it is not waited for.
            reads.join(Duration.ofSeconds(1));
            int status = process.exitValue();
            return status == 0 ? Optional.empty() : Optional.of("exit status " + status + tail.shown());
        } catch (InterruptedException e) {
            kill(process);
            throw e;
        } finally {
            writes.interrupt();
            reads.interrupt();
        }
    }

    private static void write(Process process, String json) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It does not read: it may.
        }
    }

    /** The group has the id of its leader; by the shell, as kill(1) is not everywhere. */
    private static void kill(Process process) throws InterruptedException {
        try {
            new ProcessBuilder("sh", "-c", "kill -KILL -" + process.pid())
                    .redirectErrorStream(true)
                    .start()
                    .waitFor(KILL_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            process.destroyForcibly();
        }
        process.waitFor(KILL_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The last bytes of a stream; written by one thread, read by another. */
    private static final class Tail {
        private final byte[] ring = new byte[KEPT_BYTES];
        private long count;

        void drain(InputStream in) {
            byte[] some = new byte[KEPT_BYTES];
            try (in) {
                for (int read = in.read(some); read >= 0; read = in.read(some)) {
                    add(some, read);
                }
            } catch (IOException e) {
                // Its end, too.
            }
        }

        private synchronized void add(byte[] some, int length) {
            for (int i = 0; i < length; i++) {
                ring[(int) (count++ % KEPT_BYTES)] = some[i];
            }
        }

        /** {@code ": "} and the last of what was printed, on one line; empty where nothing was. */
        synchronized String shown() {
            int kept = (int) Math.min(count, KEPT_BYTES);
            byte[] last = new byte[kept];
            for (int i = 0; i < kept; i++) {
                last[i] = ring[(int) ((count - kept + i) % KEPT_BYTES)];
            }
            String text = new String(last, StandardCharsets.UTF_8).strip().replace('\n', ' ');
            return text.isEmpty() ? "" : ": " + SafeText.line(text, KEPT_BYTES);
        }
    }
}
