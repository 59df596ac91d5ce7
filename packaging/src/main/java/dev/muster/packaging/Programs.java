package dev.muster.packaging;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that the build runs. */
final class Programs {
    private static final long ENDS_MINUTES = 10;

    private Programs() {}

    /** Anything but success ends the build with what the program printed. */
    static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        int status = await(process);
        if (status != 0) {
            throw new PackagingException(command.getFirst() + " ended with " + status + ": " + printed);
        }
    }

    static int await(Process process) {
        try {
            if (process.waitFor(ENDS_MINUTES, TimeUnit.MINUTES)) {
                return process.exitValue();
            }
            throw new PackagingException("still running after " + ENDS_MINUTES + " minutes: " + process.info());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PackagingException("interrupted");
        } finally {
            process.destroyForcibly();
        }
    }
}
