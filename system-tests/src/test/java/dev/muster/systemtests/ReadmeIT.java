package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What README tells a newcomer to type, typed: every block but {@code mvn verify}, while the demo of the first one runs. */
@ResourceLock(Network.PORT_1984)
final class ReadmeIT {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final String DEMO = "./muster demo";

    /** What README promises to a person who waits: the demo has printed everything so long after the build. */
    private static final Duration PRINTED = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void everyBlockRunsAndTheDemoLeavesNothingBehind() throws Exception {
        List<String> blocks = blocks();
        assertThat(blocks).contains(DEMO, "mvn verify").hasSizeGreaterThan(2);
        for (String start : List.of("first", "second")) {
            Process demo = startDemo(folder.resolve(start + ".txt"));
            try {
                awaitPrinted(demo, folder.resolve(start + ".txt"));
                for (String block : blocks) {
                    if (!block.equals(DEMO) && !block.equals("mvn verify")) {
                        runBlock(block);
                    }
                }
                pressCtrlC(demo);
            } finally {
                endAll(demo);
            }
            assertThat(running()).isEmpty();
            assertThat(tmp()).isEmptyDirectory();
        }
        String printed = Files.readString(folder.resolve("second.txt"));
        assertThat(printed)
                .contains("== This host", "== What it should do better", "== Ask", "== Mail")
                .contains("mails wait in the outbox", "stopping the agent", "stopping the collector")
                .doesNotContain("Exception");
    }

    private static List<String> blocks() throws IOException {
        return FencedBlock.of(TOP.resolve("README.md")).stream()
                .filter(block -> block.language().equals("sh"))
                .map(FencedBlock::text)
                .toList();
    }

    /** In a session of its own, so that an interrupt reaches it and its children as from a terminal, and nobody else. */
    private Process startDemo(Path output) throws IOException {
        Files.createDirectories(tmp());
        return inTop("setsid", "env", "--default-signal=INT", "./muster", "demo")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private void awaitPrinted(Process demo, Path output) {
        await().atMost(PRINTED)
                .untilAsserted(() -> assertThat(Files.readString(output))
                        .as("alive %s", demo.isAlive())
                        .contains("Press Ctrl-C"));
    }

    private void runBlock(String block) throws Exception {
        Path output = folder.resolve("block.txt");
        Process shell = inTop("sh", "-eu", "-c", block)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).as(block).isTrue();
        String printed = Files.readString(output);
        assertThat(shell.exitValue()).as("%s%n%s", block, printed).isZero();
        assertThat(printed).as(block).isNotBlank();
    }

    private static void pressCtrlC(Process demo) throws Exception {
        new ProcessBuilder("kill", "-INT", "--", "-" + demo.pid()).start().waitFor();
        assertThat(demo.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
        assertThat(demo.exitValue()).isEqualTo(130);
    }

    /** Whatever a failed test left. */
    private void endAll(Process demo) {
        demo.destroyForcibly();
        running().forEach(ProcessHandle::destroyForcibly);
    }

    /** Processes that name the demo's folder. */
    private List<ProcessHandle> running() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(
                            process -> process.pid() != ProcessHandle.current().pid())
                    .filter(process -> process.info()
                            .commandLine()
                            .orElse("")
                            .contains(folder.resolve("demo").toString()))
                    .toList();
        }
    }

    private Path tmp() {
        return folder.resolve("tmp");
    }

    private ProcessBuilder inTop(String... command) {
        var builder = new ProcessBuilder(command).directory(TOP.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MUSTER") || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().put("MUSTER_BUILD", "never");
        builder.environment().put("MUSTER_DEMO_HOME", folder.resolve("demo").toString());
        builder.environment().put("TMPDIR", tmp().toString());
        builder.environment().put("MUSTER_JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }
}
