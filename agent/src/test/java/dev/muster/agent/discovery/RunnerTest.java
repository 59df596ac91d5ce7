package dev.muster.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.message.CanonicalJson;
import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.message.FactsStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With real processes: what a script can do to the agent. */
@Timeout(60)
class RunnerTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-11-21T04:05:06Z");

    @TempDir
    private Path dir;

    private Path lib;
    private Runner runner;

    @BeforeEach
    void makeRunner() throws IOException {
        lib = Files.createDirectory(dir.resolve("lib"));
        var settings = new RunnerSettings(RunnerSettings.DEFAULT_SEARCH_PATH, "", lib, dir.resolve("pipes"));
        runner = new Runner(settings, InstantSource.fixed(NOW), System::nanoTime);
    }

    @Test
    void reportsWhatAScriptPrints() throws Exception {
        FactsReport report =
                run("#!/bin/sh\necho '{\"b\": [1], \"a\": \"é\", \"_denied\": [\"b\"]}'\necho noise >&2\n");
        assertThat(report.status()).isEqualTo(FactsStatus.OK);
        assertThat(report.data()).hasToString("{\"a\":\"é\",\"b\":[1]}");
        assertThat(report.denied()).containsExactly("b");
        assertThat(report.errors()).isEmpty();
        assertThat(report.type()).isEqualTo("probe");
        assertThat(report.ranAt()).isEqualTo(NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "0,OK,1",
        "3,ABSENT,1",
        "4,UNSUPPORTED,0",
        "5,DENIED,0",
        "6,PARTIAL,1",
        "1,ERROR,0",
        "2,ERROR,0",
        "99,ERROR,0"
    })
    void takesTheStatusFromTheExitStatus(int exit, FactsStatus status, int members) throws Exception {
        FactsReport report = run("#!/bin/sh\necho '{\"a\":1}'\nexit " + exit + "\n");
        assertThat(report.status()).isEqualTo(status);
        assertThat(report.data()).hasToString(members == 1 ? "{\"a\":1}" : "{}");
    }

    @Test
    void needsNoOutputOfWhatIsAbsent() throws Exception {
        FactsReport report = run("#!/bin/sh\necho\nexit 3\n");
        assertThat(report.status()).isEqualTo(FactsStatus.ABSENT);
        assertThat(report.data()).isEqualTo(CanonicalJson.EMPTY);
    }

    @Test
    void keepsTheLastFourKibibytesOfStandardError() throws Exception {
        FactsReport report = run(
                "#!/bin/sh\ni=0\nwhile [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done >&2\nprintf 'bad \\377 last' >&2\nexit 1\n");
        assertThat(report.errors()).hasSize(2);
        assertThat(report.errors().getFirst()).isEqualTo("exit status 1");
        assertThat(report.errors().getLast())
                .endsWith("line 2999\nbad \ufffd last")
                .hasSizeLessThanOrEqualTo(4_096);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exit 0|printed nothing",
                "echo hello|printed no valid facts: not valid JSON",
                "echo '[1]'|a JSON object expected",
                "echo '{\"a\":1.5}'|fraction",
                "echo '{\"a\":1}{}'|text after the JSON object",
                "echo '{\"_host\":\"x\"}'|reserved",
                "head -c 100000 /dev/urandom|printed no valid facts",
                "head -c 100000 /dev/zero|printed no valid facts",
                "kill -9 $$|killed by signal 9",
            })
    void saysWhatIsWrongWithGarbage(String command, String text) throws Exception {
        FactsReport report = run("#!/bin/sh\n" + command + "\n");
        assertThat(report.status()).isEqualTo(FactsStatus.ERROR);
        assertThat(report.errors().getFirst()).contains(text);
        assertThat(report.data()).isEqualTo(CanonicalJson.EMPTY);
    }

    @Test
    void readsTwoMebibytesButNotOneByteMore() throws Exception {
        String print = "#!/bin/sh\nprintf '{\"a\":\"'; head -c %d /dev/zero | tr '\\000' x; printf '\"}'\n";
        FactsReport most = run(print.formatted(FactsReport.MAX_DATA_BYTES - 8));
        assertThat(most.status()).isEqualTo(FactsStatus.OK);
        assertThat(most.data().size()).isEqualTo(FactsReport.MAX_DATA_BYTES);
        FactsReport over = run(print.formatted(FactsReport.MAX_DATA_BYTES - 7));
        assertThat(over.status()).isEqualTo(FactsStatus.ERROR);
        assertThat(over.errors().getFirst()).contains("output too large");
    }

    @Test
    void survivesAGigabyteOfOutput() throws Exception {
        long start = System.nanoTime();
        FactsReport report = run("#!/bin/sh\nhead -c 1000000000 /dev/zero\n");
        assertThat(report.errors().getFirst()).contains("output too large");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void survivesEndlessStandardError() throws Exception {
        FactsReport report = run("#!/bin/sh\nexec yes complaint >&2\n", Duration.ofMillis(300));
        assertThat(report.status()).isEqualTo(FactsStatus.TIMEOUT);
        assertThat(report.errors().getLast()).contains("complaint").hasSizeLessThanOrEqualTo(4_096);
    }

    @Test
    void killsTheWholeGroupThatIgnoresTerm() throws Exception {
        Path pids = dir.resolve("pids");
        FactsReport report = run("""
                #!/bin/sh
                trap '' TERM
                echo $$ >> %1$s
                (sh -c 'trap "" TERM; echo $$ >> %1$s; while :; do sleep 1; done' &)
                (sh -c 'trap "" TERM; echo $$ >> %1$s; exec sleep 100' & )
                while :; do sleep 1; done
                """.formatted(pids), Duration.ofMillis(500));
        assertThat(report.status()).isEqualTo(FactsStatus.TIMEOUT);
        assertThat(report.errors().getFirst()).isEqualTo("killed after 500 ms");
        List<String> started = Files.readAllLines(pids);
        assertThat(started).hasSize(3);
        await().untilAsserted(() -> assertThat(started).noneMatch(RunnerTest::isRunning));
    }

    @Test
    void letsAScriptTidyUpOnTerm() throws Exception {
        Path mark = dir.resolve("tidied");
        run(
                "#!/bin/sh\ntrap 'touch " + mark + "; exit 1' TERM\nwhile :; do sleep 0.05; done\n",
                Duration.ofMillis(300));
        assertThat(mark).exists();
    }

    @Test
    void doesNotWaitForAChildThatKeepsThePipeOpen() throws Exception {
        Path pid = dir.resolve("pid");
        long start = System.nanoTime();
        FactsReport report = run("#!/bin/sh\nsetsid sh -c 'echo $$ > " + pid + "; exec sleep 50' &\necho '{}'\n");
        assertThat(report.status()).isEqualTo(FactsStatus.OK);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        await().until(() -> Files.exists(pid) && Files.size(pid) > 1);
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void doesNotReadForeverFromAChildThatGoesOnPrinting() throws Exception {
        FactsReport report = run("#!/bin/sh\nsetsid yes &\nsleep 0.1\nexit 0\n");
        // Too large, or, where it printed slowly, no JSON; but not the time-out.
        assertThat(report.status()).isEqualTo(FactsStatus.ERROR);
    }

    @Test
    void givesAScriptNothingOfItsOwnEnvironment() throws Exception {
        Path out = dir.resolve("env");
        run("#!/bin/sh\nenv > " + out + "\necho '{}'\n");
        List<String> names = Files.readAllLines(out).stream()
                .map(line -> line.substring(0, line.indexOf('=')))
                .toList();
        assertThat(names)
                .contains("PATH", "LC_ALL", "MUSTER_ROOT", "MUSTER_LIB", "MUSTER_DEPTH")
                // What a shell sets by itself.
                .isSubsetOf(
                        "PATH", "LC_ALL", "MUSTER_ROOT", "MUSTER_LIB", "MUSTER_DEPTH", "PWD", "OLDPWD", "SHLVL", "_");
        assertThat(Files.readString(out))
                .contains(
                        "PATH=" + RunnerSettings.DEFAULT_SEARCH_PATH + "\n",
                        "MUSTER_LIB=" + lib + "\n",
                        "MUSTER_DEPTH=3\n");
    }

    @Test
    void startsAScriptAsLeaderInTheRootFolderWithNothingToRead() throws Exception {
        FactsReport report = run("""
                #!/bin/sh
                read -r line && exit 1
                read -r pid name state parent group session rest < /proc/$$/stat
                [ "$group" = $$ ] && leads=yes || leads=no
                files=$(ls /proc/$$/fd | wc -l)
                printf '{"cwd":"%s","umask":"%s","leads":"%s","nice":"%s","files":%s}' "$PWD" "$(umask)" "$leads" "$(nice)" $files
                """);
        assertThat(report.data().toString())
                .contains(
                        "\"cwd\":\"/\"",
                        "\"leads\":\"yes\"",
                        "\"nice\":\"" + Math.min(19, niceOfThisProcess() + 10) + "\"")
                .containsPattern("\"umask\":\"0?077\"")
                // Standard input, output, error, the script that the shell reads, and its pipe to ls.
                .containsPattern("\"files\":[45]");
    }

    /** proc_pid_stat(5): the 19th field, the 17th after the name. */
    private static int niceOfThisProcess() throws Exception {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    }

    @Test
    void refusesWhatOthersCouldHaveWritten() throws Exception {
        Path script = Scripts.write(dir, "discover", "#!/bin/sh\ntouch " + dir.resolve("ran") + "\necho '{}'\n");
        mode(script, "rwxrwx---");
        assertRefused(script, "discover is writable by group or others");
        mode(script, "rwx----w-");
        assertRefused(script, "discover is writable by group or others");
        mode(script, "rwx------");
        mode(dir, "rwxrwx---");
        assertRefused(script, "folder " + dir + " is writable by group or others");
        mode(dir, "rwx------");
        assertThat(run(script).report().status()).isEqualTo(FactsStatus.OK);
    }

    @Test
    void looksAtWhatALinkLeadsTo() throws Exception {
        Path open = Files.createDirectory(dir.resolve("open"));
        Path inside = Files.createDirectory(open.resolve("inside"));
        Scripts.write(inside, "discover", "#!/bin/sh\necho '{}'\n");
        Path link = Files.createSymbolicLink(dir.resolve("link"), inside);
        mode(open, "rwxrwxrwx");
        assertRefused(link.resolve("discover"), "folder " + open + " is writable");
        mode(open, "rwxr-xr-x");
        assertThat(run(link.resolve("discover")).report().status()).isEqualTo(FactsStatus.OK);
    }

    @Test
    void refusesALibraryThatOthersCouldHaveWritten() throws Exception {
        Path script = Scripts.write(dir, "discover", "#!/bin/sh\necho '{}'\n");
        Path json = Files.writeString(lib.resolve("json.sh"), "");
        mode(json, "rw-rw-rw-");
        assertRefused(script, "json.sh is writable by group or others");
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        assertThat(run(dir.resolve("nothing")).report().errors().getFirst()).endsWith("nothing: not there");
        Path script = Scripts.write(dir, "discover", "#!/no/such/shell\n");
        assertThat(run(script).report().errors().getFirst()).contains("could not be started", "interpreter");
        mode(script, "rw-------");
        assertRefused(script, "discover is not executable");
        assertRefused(dir, "is no regular file");
        RunResult none = runner.run(PlannedInstance.of(Scripts.type("probe", LONG, Optional.empty()), Scripts.SOON));
        assertThat(none.report().errors()).containsExactly("the type has no script");
    }

    @Test
    void refusesParametersThatAreNotDeclared() throws Exception {
        Path script = Scripts.write(dir, "discover", "#!/bin/sh\nprintf '{\"depth\":%s}' $MUSTER_DEPTH\n");
        assertThat(run(script, Map.of("depth", "7")).report().data()).hasToString("{\"depth\":7}");
        assertThat(run(script, Map.of("depth", "10")).refusal())
                .hasValueSatisfying(text -> assertThat(text).contains("from 1 to 9"));
        assertThat(run(script, Map.of("lib", "/tmp")).refusal())
                .hasValueSatisfying(text -> assertThat(text).contains("no parameter lib"));
    }

    @Test
    void measuresTheCpuTimeOfChildrenToo() throws Exception {
        Path script = Scripts.write(
                dir, "discover", "#!/bin/sh\nsh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'\necho '{}'\n");
        long cpuMs = run(script).cpuMs();
        assertThat(cpuMs).isBetween(30L, 20_000L);
    }

    @Test
    void leavesNoPipesBehind() throws Exception {
        for (int i = 0; i < 20; i++) {
            run("#!/bin/sh\necho '{}'\n");
        }
        try (var pipes = Files.list(dir.resolve("pipes"))) {
            assertThat(pipes.count()).isLessThan(16);
        }
    }

    @Test
    void endsTheScriptWhenTheAgentStops() throws Exception {
        Path pid = dir.resolve("pid");
        Path script = Scripts.write(dir, "discover", "#!/bin/sh\necho $$ > " + pid + "\nexec sleep 100\n");
        var interrupted = new AtomicBoolean();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                runner.run(Scripts.plan(script, LONG));
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        await().until(() -> Files.exists(pid) && Files.size(pid) > 1);
        thread.interrupt();
        thread.join(Duration.ofSeconds(10));
        assertThat(interrupted).isTrue();
        assertThat(isRunning(Files.readString(pid).strip())).isFalse();
    }

    @Test
    void saysWhichToolIsMissing() throws Exception {
        var settings = new RunnerSettings("/nonexistent", "", lib, dir.resolve("pipes2"));
        var poor = new Runner(settings, InstantSource.fixed(NOW), System::nanoTime);
        Path script = Scripts.write(dir, "discover", "#!/bin/sh\n");
        assertThat(poor.run(Scripts.plan(script, LONG)).report().errors().getFirst())
                .contains("there is no mkfifo in /nonexistent");
    }

    private FactsReport run(String text) throws Exception {
        return run(text, LONG);
    }

    private FactsReport run(String text, Duration timeout) throws Exception {
        return runner.run(Scripts.plan(Scripts.write(dir, "discover", text), timeout))
                .report();
    }

    private RunResult run(Path script) throws Exception {
        return runner.run(Scripts.plan(script, LONG));
    }

    private RunResult run(Path script, Map<String, String> parameters) throws Exception {
        DiscoveryType type = Scripts.type("probe", LONG, Optional.of(script));
        return runner.run(
                new PlannedInstance(InstanceKey.of("probe"), type, type.interval(), parameters, Scripts.SOON));
    }

    private void assertRefused(Path script, String text) throws Exception {
        RunResult result = run(script);
        assertThat(result.refusal()).hasValueSatisfying(why -> assertThat(why).contains(text));
        assertThat(result.report().status()).isEqualTo(FactsStatus.ERROR);
        assertThat(result.report().errors().getFirst()).startsWith("refused: ");
        assertThat(dir.resolve("ran")).doesNotExist();
    }

    private static void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static boolean isRunning(String pid) {
        try {
            return !Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
        } catch (IOException gone) {
            return false;
        }
    }
}
