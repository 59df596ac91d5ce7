package dev.muster.agent.discovery;

import dev.muster.protocol.message.CanonicalJson;
import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.message.FactsStatus;
import dev.muster.protocol.message.MalformedMessage;
import dev.muster.protocol.message.ScriptOutput;
import dev.muster.scripts.Ownership;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Runs the scripts of discovery types and says how it went. Thread-safe, one run a thread.
 *
 * <p>A script gets nothing of the agent's environment, no standard input, a group of its own that is killed as a whole at its time limit,
 * and 2 MiB to print. Before each start the agent looks whether others could have written the script.
 */
public final class Runner implements Discoverer {
    /** Exit statuses of the script's contract. */
    private static final Map<Integer, FactsStatus> STATUSES = Map.of(
            0, FactsStatus.OK,
            3, FactsStatus.ABSENT,
            4, FactsStatus.UNSUPPORTED,
            5, FactsStatus.DENIED,
            6, FactsStatus.PARTIAL);

    /** What a shell says of a program that it cannot start; POSIX sh, 2.8.2. */
    private static final int NOT_EXECUTABLE = 126;

    private static final int NOT_FOUND = 127;
    private static final int SIGNAL_BASE = 128;

    private final RunnerSettings settings;
    private final Tools tools;
    private final NamedPipes pipes;
    private final Ownership ownership;
    private final ChildCpu cpu;
    private final InstantSource clock;
    private final LongSupplier nanos;
    /** Scripts that could not be killed. */
    private final Map<InstanceKey, ScriptProcess> stuck = new ConcurrentHashMap<>();

    /** @param nanos a monotonic clock */
    public Runner(RunnerSettings settings, InstantSource clock, LongSupplier nanos) {
        this(settings, Ownership.ofThisProcess(), clock, nanos);
    }

    Runner(RunnerSettings settings, Ownership ownership, InstantSource clock, LongSupplier nanos) {
        this.settings = settings;
        this.ownership = ownership;
        this.clock = clock;
        this.nanos = nanos;
        tools = new Tools(settings.searchPath());
        pipes = new NamedPipes(settings.pipes(), tools);
        cpu = new ChildCpu(Path.of("/proc/self/stat"));
    }

    @Override
    public RunResult run(PlannedInstance plan) throws InterruptedException {
        long startNanos = nanos.getAsLong();
        var run = new Run(plan, startNanos);
        Optional<Path> declared = plan.type().script();
        if (declared.isEmpty()) {
            return run.failed("the type has no script");
        }
        ScriptProcess before = stuck.get(plan.key());
        if (before != null && before.isAlive()) {
            return run.stopped(FactsStatus.TIMEOUT, "an earlier run still hangs and cannot be killed", "");
        }
        stuck.remove(plan.key());
        try {
            Path script = declared.get().toRealPath();
            Optional<String> refusal = refusal(script);
            return refusal.isPresent() ? run.refused(refusal.get()) : execute(run, script);
        } catch (IOException e) {
            return run.failed("cannot run " + declared.get() + ": " + reason(e));
        } catch (DiscoveryException e) {
            return run.refused(String.valueOf(e.getMessage()));
        }
    }

    private RunResult execute(Run run, Path script) throws IOException, InterruptedException {
        Map<String, String> environment = environment(run.plan);
        try (OutputPipe out = OutputPipe.open(pipes.take());
                OutputPipe err = OutputPipe.open(pipes.take())) {
            ScriptProcess process = ScriptProcess.start(script, environment, out, err, tools);
            out.forgetName();
            err.forgetName();
            ScriptProcess.End end = process.await(run.plan.type().timeout(), nanos);
            if (process.isAlive()) {
                stuck.put(run.plan.key(), process);
            }
            return switch (end) {
                case EXITED -> exited(run, process);
                case TIMED_OUT ->
                    run.stopped(
                            FactsStatus.TIMEOUT,
                            "killed after " + run.plan.type().timeout().toMillis() + " ms",
                            process.complaints());
                case TOO_LARGE ->
                    run.stopped(
                            FactsStatus.ERROR,
                            "output too large: over " + FactsReport.MAX_DATA_BYTES + " bytes",
                            process.complaints());
            };
        }
    }

    private static RunResult exited(Run run, ScriptProcess process) {
        int exit = process.exitStatus();
        FactsStatus status = STATUSES.get(exit);
        if (status == null) {
            return run.stopped(FactsStatus.ERROR, exitText(exit), process.complaints());
        }
        CappedOutput printed = process.printed();
        boolean needsOutput = status == FactsStatus.OK || status == FactsStatus.PARTIAL;
        if (printed.isBlank()) {
            return needsOutput
                    ? run.stopped(FactsStatus.ERROR, "printed nothing", process.complaints())
                    : run.done(status, new ScriptOutput(CanonicalJson.EMPTY, List.of(), List.of(), List.of()), process);
        }
        try (InputStream in = printed.drain()) {
            return run.done(status, ScriptOutput.parse(in, printed.size()), process);
        } catch (MalformedMessage | IOException e) {
            return run.stopped(FactsStatus.ERROR, "printed no valid facts: " + e.getMessage(), process.complaints());
        }
    }

    private static String exitText(int exit) {
        if (exit == NOT_FOUND || exit == NOT_EXECUTABLE) {
            return "could not be started (exit status " + exit + "); is its interpreter there?";
        }
        return exit > SIGNAL_BASE ? "killed by signal " + (exit - SIGNAL_BASE) : "exit status " + exit;
    }

    private Optional<String> refusal(Path script) throws IOException {
        if (!Files.isRegularFile(script)) {
            return Optional.of(script + " is no regular file");
        }
        if (!Files.isExecutable(script)) {
            return Optional.of(script + " is not executable");
        }
        Optional<String> ofScript = ownership.refusal(script);
        return ofScript.isPresent() ? ofScript : libRefusal();
    }

    /** Scripts read what is in it into themselves. */
    private Optional<String> libRefusal() throws IOException {
        if (!Files.isDirectory(settings.lib())) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(settings.lib().toRealPath())) {
            for (Path file : files) {
                Optional<String> refusal = ownership.refusal(file.toRealPath());
                if (refusal.isPresent()) {
                    return refusal;
                }
            }
        }
        return Optional.empty();
    }

    private Map<String, String> environment(PlannedInstance plan) {
        Map<String, String> environment = new LinkedHashMap<>(plan.type().variables(plan.parameters()));
        environment.put("PATH", settings.searchPath());
        environment.put("LC_ALL", "C");
        environment.put("MUSTER_ROOT", settings.root());
        environment.put("MUSTER_LIB", settings.lib().toString());
        return environment;
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "not there";
            case AccessDeniedException denied -> "access denied";
            default -> String.valueOf(e.getMessage());
        };
    }

    /** One run on its way to a result. */
    private final class Run {
        private final PlannedInstance plan;
        private final long startNanos;

        private Run(PlannedInstance plan, long startNanos) {
            this.plan = plan;
            this.startNanos = startNanos;
        }

        private RunResult refused(String why) {
            var report = report(
                    FactsStatus.ERROR, List.of(), List.of("refused: " + clipped(why)), List.of(), CanonicalJson.EMPTY);
            return new RunResult(report, 0, Optional.of(why));
        }

        private RunResult failed(String why) {
            return result(report(FactsStatus.ERROR, List.of(), List.of(clipped(why)), List.of(), CanonicalJson.EMPTY));
        }

        private RunResult stopped(FactsStatus status, String why, String complaints) {
            List<String> errors = complaints.isEmpty() ? List.of(clipped(why)) : List.of(clipped(why), complaints);
            return result(report(status, List.of(), errors, List.of(), CanonicalJson.EMPTY));
        }

        private RunResult done(FactsStatus status, ScriptOutput output, ScriptProcess process) {
            List<String> errors = new ArrayList<>();
            if (status != FactsStatus.OK && !process.complaints().isEmpty()) {
                errors.add(process.complaints());
            }
            errors.addAll(output.errors());
            List<String> kept = errors.subList(0, Math.min(errors.size(), FactsReport.MAX_ERRORS));
            // The facts of an earlier run stand, so those of this one are not sent.
            boolean changes = status.changesFacts();
            return result(report(
                    status,
                    output.denied(),
                    kept,
                    changes ? output.truncated() : List.of(),
                    changes ? output.data() : CanonicalJson.EMPTY));
        }

        private RunResult result(FactsReport report) {
            return new RunResult(report, cpu.takeMs(), Optional.empty());
        }

        private FactsReport report(
                FactsStatus status,
                List<String> denied,
                List<String> errors,
                List<String> truncated,
                CanonicalJson data) {
            long tookMs = (nanos.getAsLong() - startNanos) / 1_000_000;
            return FactsReport.of(
                    plan.key().type(),
                    plan.key().instance(),
                    plan.type().schema(),
                    status,
                    denied,
                    errors,
                    truncated,
                    data,
                    clock.instant(),
                    tookMs);
        }
    }

    private static String clipped(String text) {
        return text.length() <= FactsReport.MAX_ERROR_CHARS ? text : text.substring(0, FactsReport.MAX_ERROR_CHARS);
    }
}
