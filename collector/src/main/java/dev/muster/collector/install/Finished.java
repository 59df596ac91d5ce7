package dev.muster.collector.install;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program of this machine that came to its end.
 *
 * @param status {@link #TOO_LATE} where it had to be killed, or something that it left behind kept its output open
 * @param out the beginning of what it said, the rest was thrown away; empty where it was too late
 * @param err likewise
 */
record Finished(int status, String out, String err) {
    static final int TOO_LATE = -1;

    /** More than any of our scripts says; whoever says more is not one of them. */
    private static final int MAX_BYTES = 64 << 10;

    /** For what is still under way when it has ended. */
    private static final int LAST_SECONDS = 10;

    private static final Executor READERS = task -> Thread.ofVirtual().start(task);

    /** What a program gets on its standard input. */
    @FunctionalInterface
    interface Input {
        Input NONE = to -> {};

        void write(OutputStream to) throws IOException;

        static Input text(String text) {
            return to -> to.write(text.getBytes(StandardCharsets.UTF_8));
        }

        static Input file(Path file) {
            return to -> Files.copy(file, to);
        }
    }

    /** Waits for it, at most so long. */
    static Finished run(List<String> command, Map<String, String> environment, Input input, int seconds)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            CompletableFuture<String> out = read(process.getInputStream());
            CompletableFuture<String> err = read(process.getErrorStream());
            READERS.execute(() -> feed(process, input));
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
                process.waitFor();
                // What it said may not end yet: ssh's master holds the other ends as long as the remote command lives.
                return new Finished(TOO_LATE, "", "");
            }
            // Before anything is closed, which would cut off what was not read yet.
            return new Finished(
                    process.exitValue(),
                    out.get(LAST_SECONDS, TimeUnit.SECONDS),
                    err.get(LAST_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return new Finished(TOO_LATE, "", "");
        } finally {
            process.destroyForcibly();
        }
    }

    private static CompletableFuture<String> read(InputStream in) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (in) {
                        byte[] first = in.readNBytes(MAX_BYTES);
                        in.transferTo(OutputStream.nullOutputStream());
                        return new String(first, StandardCharsets.UTF_8);
                    } catch (IOException killed) {
                        return "";
                    }
                },
                READERS);
    }

    /** A program that ends before it has read everything is no trouble: its status says what it is. */
    private static void feed(Process process, Input input) {
        try (OutputStream to = process.getOutputStream()) {
            input.write(to);
        } catch (IOException gone) {
            // Told by its status.
        }
    }
}
