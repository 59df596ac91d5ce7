package dev.muster.agent.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** One script while it runs: its process group, its two pipes, its end. One thread. */
final class ScriptProcess {
    /** How a run ended. */
    enum End {
        EXITED,
        TIMED_OUT,
        TOO_LARGE
    }

    private static final long MIN_PAUSE_MS = 1;
    private static final long MAX_PAUSE_MS = 20;
    /** Between TERM, so that a script may tidy up, and KILL. */
    private static final long GRACE_MS = 500;
    /** A process in an uninterruptible sleep does not die; then the agent goes on without it. */
    private static final long KILL_WAIT_SECONDS = 5;
    /** Pipe fulls read after the script has ended, so that a child left behind cannot keep the agent reading. */
    private static final int MAX_LAST_READS = 64;

    private final Process process;
    private final OutputPipe out;
    private final OutputPipe err;
    private final Tools tools;
    private final CappedOutput printed = new CappedOutput();
    private final LastOutput complaints = new LastOutput();

    private ScriptProcess(Process process, OutputPipe out, OutputPipe err, Tools tools) {
        this.process = process;
        this.out = out;
        this.err = err;
        this.tools = tools;
    }

    /**
     * Starts the script as the leader of a session and group of its own: {@code setsid} and {@code nice} replace themselves by what they
     * start, so the id of the process is that of the group.
     */
    static ScriptProcess start(
            Path script, Map<String, String> environment, OutputPipe out, OutputPipe err, Tools tools)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(tools.find("setsid"), tools.find("nice"), tools.find("sh")));
        command.addAll(List.of("-c", "umask 077; exec \"$0\"", script.toString()));
        var builder = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.file())
                .redirectError(err.file());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new ScriptProcess(builder.start(), out, err, tools);
    }

    /** Reads until it ends, or ends it. */
    End await(Duration timeout, LongSupplier nanos) throws IOException, InterruptedException {
        try {
            return awaitEnd(nanos.getAsLong() + timeout.toNanos(), nanos);
        } catch (IOException | InterruptedException e) {
            killGroup();
            throw e;
        }
    }

    private End awaitEnd(long deadlineNanos, LongSupplier nanos) throws IOException, InterruptedException {
        long pauseMs = MIN_PAUSE_MS;
        while (process.isAlive()) {
            int count = read();
            if (printed.isOver()) {
                return kill(End.TOO_LARGE);
            }
            if (nanos.getAsLong() - deadlineNanos >= 0) {
                return kill(End.TIMED_OUT);
            }
            pauseMs = count > 0 ? MIN_PAUSE_MS : Math.min(2 * pauseMs, MAX_PAUSE_MS);
            process.waitFor(pauseMs, TimeUnit.MILLISECONDS);
        }
        for (int i = 0; i < MAX_LAST_READS && read() > 0; i++) {
            if (printed.isOver()) {
                return kill(End.TOO_LARGE);
            }
        }
        return End.EXITED;
    }

    /** Not to be asked before {@link #await} has said that it exited. */
    int exitStatus() {
        return process.exitValue();
    }

    /** Still there although it was killed. */
    boolean isAlive() {
        return process.isAlive();
    }

    CappedOutput printed() {
        return printed;
    }

    String complaints() {
        return complaints.text();
    }

    private int read() throws IOException {
        return out.drainTo(printed) + err.drainTo(complaints);
    }

    private End kill(End why) throws IOException, InterruptedException {
        signalGroup("TERM");
        process.waitFor(GRACE_MS, TimeUnit.MILLISECONDS);
        err.drainTo(complaints);
        killGroup();
        return why;
    }

    private void killGroup() throws InterruptedException {
        try {
            signalGroup("KILL");
        } catch (IOException e) {
            process.destroyForcibly();
        }
        process.waitFor(KILL_WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /** By the shell, as kill(1) is not everywhere; this form is understood by dash, bash and busybox. */
    private void signalGroup(String signal) throws IOException, InterruptedException {
        tools.run(List.of(tools.find("sh"), "-c", "kill -" + signal + " -" + process.pid()));
    }
}
