package dev.muster.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.config.AgentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Both ways to read a command line, held against each other. */
final class RunOptionsTest {
    private static final String[] VALUES = {
        "1", "0", "/srv/muster", "rel/./a//b", "a,b", "192.0.2.7:1984", "[2001:db8::7]:1984,name", "a=b", "run", "ä ö"
    };
    private static final String[] ODD_VALUES = {
        "", "-1", "--home", "\"a", "\"a,b\",c", "'a,b'", ",", "a,,b", "a,", "@file", "${sys:user.home}", "a\nb", "a\0b"
    };
    private static final String[] ODD_ARGUMENTS = {
        "--foreground",
        "--foreground=true",
        "--help",
        "-h",
        "--version",
        "-V",
        "-x",
        "--",
        "",
        "@file",
        "run",
        "status",
        "--home",
        "--host-name",
        "a",
        "--port",
        "0",
        "=",
        "--=a",
        "--unknown=1",
        "--HOME=/a",
        "--Port=1",
        "PORT=1"
    };

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run --home=/srv/muster",
                "run --home=relative/./path",
                "run --config=/etc/a.conf --run=/run/a --root=/mnt/host --host-name=web.example.org",
                "run --root=a=b --host-name=run --home=status",
                "run --collector=192.0.2.7:1984",
                "run --collector=[2001:db8::7]:1984,name --cmaaddr=192.0.2.7",
                "run --cmaaddr=a --collector=b --cmaaddr=c,d",
                "run --max-scripts=1 --port=0 --scripts=/usr/lib/muster-agent/discovery-scripts",
                "run --collectors=a,b --state=/x --collector=c",
                "run --max-scripts=1 --max-scripts=2",
                "run --max-scripts=nonsense --types-off=,, --bind=-1 --types-on=\"a",
                "run --host-name=@file --token-file=@file"
            })
    void readsPlainArgumentsAsPicocliDoes(String line) {
        List<String> args = words(line);
        assertThat(RunOptions.plain(args)).isPresent().isEqualTo(asPicocliReads(args));
    }

    @Test
    void knowsEveryOptionThatTakesAValue() {
        List<String> options = new ArrayList<>(options());
        AgentConfig.described().forEach(key -> options.add(key.option()));
        for (String option : options) {
            List<String> args = List.of("run", option + "=1");
            assertThat(RunOptions.plain(args)).as(option).isPresent().isEqualTo(asPicocliReads(args));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--help",
                "status",
                "Run --port=0",
                "--port=0 run",
                "run run",
                "run --help",
                "run -h",
                "run --version",
                "run --foreground",
                "run --foreground=true",
                "run --host-name a",
                "run --port 0",
                "run --port",
                "run --port=",
                "run --host-name=",
                "run --collector=",
                "run --collector=a,,b",
                "run --collector=a,",
                "run --collector=\"a,b\"",
                "run --home=/a --home=/a",
                "run --home=--run",
                "run --unknown=1",
                "run --HOME=/a",
                "run --Port=0",
                "run PORT=0",
                "run -port=0",
                "run --hom=/a",
                "run -x",
                "run --",
                "run -- --port=0",
                "run @file",
                "run --port=0 a",
                "run =",
                "run --=a"
            })
    void leavesAllElseToPicocli(String line) {
        assertThat(RunOptions.plain(words(line))).isEmpty();
    }

    @Test
    void leavesWhatCanBeNoPathToPicocli() {
        assertThat(RunOptions.plain(List.of("run", "--home=a\0b"))).isEmpty();
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void agreesWithPicocliAboutRandomArguments(long seed) {
        var random = new Random(seed);
        int odd = seed % 2 == 0 ? 0 : 4;
        List<String> args = randomArguments(random, odd);
        Optional<RunOptions> plain = RunOptions.plain(args);
        if (plain.isPresent()) {
            assertThat(plain).as("%s", args).isEqualTo(asPicocliReads(args));
        } else if (odd == 0) {
            // Of good arguments only those that are given twice are not plain.
            assertThat(asPicocliReads(args)).as("%s", args).isEmpty();
        }
    }

    @Test
    void runsWithoutPicocliAndSaysWhatItWouldSay() throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (String wrong : List.of("--max-scripts=99", "--collector=a:b:c", "--state=" + file, "--config=none")) {
            Ended plain = run("plain", "--home=" + folder, wrong);
            Ended read = run("read", "--home=" + folder, wrong, "--foreground");
            assertThat(plain.classes()).as(wrong).contains("dev.muster.agent.app.RunOptions");
            assertThat(plain.classes()).as(wrong).doesNotContain("picocli");
            assertThat(read.classes()).as(wrong).contains("picocli.CommandLine");
            assertThat(plain.exitCode()).as(plain.said()).isIn(64, 70).isEqualTo(read.exitCode());
            assertThat(plain.said()).startsWith("muster-agent: ").isEqualTo(read.said());
        }
    }

    /** How a JVM of its own ended, and which classes it had loaded. */
    private record Ended(int exitCode, String said, String classes) {}

    private Ended run(String name, String... args) throws IOException, InterruptedException {
        Path classes = folder.resolve(name + ".classes");
        Path said = folder.resolve(name + ".said");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + classes,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AgentMain.class.getName(),
                "run"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(said), Files.readString(classes));
    }

    /** Empty where it refuses them, or would do something else than run. */
    private static Optional<RunOptions> asPicocliReads(List<String> args) {
        try {
            ParseResult line = AgentCommands.commandLine().parseArgs(args.toArray(String[]::new));
            if (!line.hasSubcommand() || line.isUsageHelpRequested() || line.isVersionHelpRequested()) {
                return Optional.empty();
            }
            ParseResult run = line.subcommand();
            return run.isUsageHelpRequested() || run.isVersionHelpRequested()
                    ? Optional.empty()
                    : Optional.of(((AgentCommands.Run) run.commandSpec().userObject()).options());
        } catch (ParameterException e) {
            return Optional.empty();
        }
    }

    private static List<String> randomArguments(Random random, int odd) {
        List<String> keys = Stream.concat(
                        options().stream(), AgentConfig.described().stream().map(AgentConfig.Described::option))
                .toList();
        List<String> args = new ArrayList<>(List.of("run"));
        for (int n = random.nextInt(6); n > 0; n--) {
            boolean isOdd = random.nextInt(10) < odd;
            String[] values = isOdd ? ODD_VALUES : VALUES;
            args.add(
                    isOdd && random.nextBoolean()
                            ? ODD_ARGUMENTS[random.nextInt(ODD_ARGUMENTS.length)]
                            : keys.get(random.nextInt(keys.size())) + "=" + values[random.nextInt(values.length)]);
        }
        return args;
    }

    /** Of run, those with a value. */
    private static List<String> options() {
        return AgentCommands.commandLine().parseArgs("run").subcommand().commandSpec().options().stream()
                .filter(option -> option.arity().min() == 1)
                .map(OptionSpec::names)
                .flatMap(Stream::of)
                .toList();
    }

    private static List<String> words(String line) {
        return line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
    }
}
