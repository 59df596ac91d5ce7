package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares sudoers with what cvtsudoers makes of the same files: rules, defaults, and which lines are wrong. */
@Execution(ExecutionMode.CONCURRENT)
final class SudoersLiveTest {
    private static final Pattern INCLUDE = Pattern.compile("^([@#]include(?:dir)?[ \t]+\"?)/", Pattern.MULTILINE);
    private static final Pattern COMPLAINT = Pattern.compile("(?m)^(/.*):(\\d+):\\d+: .+$");

    /** Lines that a grammar of sudoers(5) may get wrong, each alone in a file. */
    private static final List<String> LINES = List.of(
            "a ALL=/bin/x",
            "a,b ALL , h2 = (root , b : c , d) /bin/x , /bin/y -z",
            "a ALL=(:) /bin/x",
            "a ALL=() /bin/x",
            "a ALL=(b,) /bin/x",
            "a ALL=/bin/x,",
            "a ALL=/bin/x : h2=/bin/y : h3=NOPASSWD:ALL",
            "a ALL=/bin/x \"\"",
            "a ALL=!/bin/x, !!/bin/y, !!!/bin/z",
            "a ALL=ALL,!/bin/su",
            "a ALL=NOPASSWD:/bin/x,PASSWD:/bin/y,NOPASSWD:NOEXEC:/bin/z",
            "a ALL=nopasswd:/bin/x",
            "a ALL=UNKNOWN:/bin/x",
            "a ALL=SETENV: NOSETENV: /bin/x",
            "a ALL=MAIL:NOFOLLOW:INTERCEPT:/bin/x,NOINTERCEPT:NOMAIL:/bin/y",
            "a ALL=CWD=/x NOPASSWD:/bin/x,/bin/y",
            "a ALL=CWD=* CHROOT=~a /bin/x",
            "a ALL=NOPASSWD:CWD=/x /bin/x",
            "a ALL=TIMEOUT=1h /bin/x",
            "a ALL=bin/x",
            "a ALL=x",
            "a ALL=/bin/",
            "a ALL=/bin/x\\,y\\=z\\:w",
            "a ALL=/bin/x a=b",
            "a ALL=/bin/x a:b",
            "a ALL=/bin/x a\\,b\\:c\\=d\\\\e",
            "a ALL=/bin/x\\ y z",
            "a ALL=/bin/[a-z]* [0-9], /bin/?",
            "a ALL=/bin/x # c",
            "a ALL=/bin/x #1000",
            "a ALL=/bin/x \\#c",
            "a ALL=/bin/x \"a b\" 'c, d'",
            "a ALL=sudoedit /etc/x, sudoedit",
            "a ALL=sudoedit /etc/a /etc/b",
            "a ALL=list",
            "a ALL=/bin/x ^a,b$, /bin/y",
            "a ALL=^/bin/(a,b)$ ^x$, /bin/y",
            "a ALL=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa /bin/x",
            "a ALL=sha1:aaaa /bin/x",
            "#0 ALL=ALL",
            "%#0 ALL=ALL",
            "#-1 ALL=ALL",
            "%g,%:n,+net ALL=ALL",
            "%:#12 ALL=ALL",
            "%\"g h\",\"%i j\" ALL=ALL",
            "\"a,b\" ALL=ALL",
            "\"a\\\"b\" ALL=ALL",
            "a\\ b,c\\,d,e\\=f,g\\:h,i\\!j,k\\@l ALL=ALL",
            "!a ALL=ALL",
            "!!a,!!!b ALL=ALL",
            "a 10.0.0.1,10.0.0.0/255.0.0.0,fe80::1,fe80::/64,+n,*.example.org=ALL",
            "a !ALL=ALL",
            "a=ALL",
            "a ALL",
            "a ALL ALL=ALL",
            "a b ALL=ALL",
            "= ALL",
            "User_Alias A=a:B=b,A\nB ALL=ALL",
            "User_Alias A=a\nUser_Alias A=b\nA ALL=ALL",
            "User_Alias a=b",
            "User_Alias A =",
            "User_Alias A",
            "User_AliasA=b",
            "User_Alias\tA\t=\tb\n!A ALL=ALL",
            "Cmnd_Alias C=/bin/x a, !/bin/y : D=C,/bin/z\na ALL=D, !C",
            "Cmd_Alias C=/bin/x\na ALL=C",
            "Runas_Alias R=root,%g,#0\na ALL=(R:h) ALL",
            "Host_Alias H=h,10.0.0.0/8,!i\na H,!H=ALL",
            "Defaults use_pty",
            "Defaults  !use_pty , secure_path=/a:/b",
            "Defaults\tlogfile = \"/var/log/a b\"",
            "Defaults logfile=/var/log/a\\ b",
            "Defaults env_keep=\"A B\", env_keep+=\"C D\", env_keep-=A",
            "Defaults !env_keep",
            "Defaults env_keep += \"A\"\nDefaults env_keep += \"B\"",
            "Defaults:a,%b !lecture",
            "Defaults : a !lecture",
            "Defaults@h use_pty",
            "Defaults>root !use_pty",
            "Defaults!/bin/x use_pty",
            "Defaults!/bin/x,/bin/y use_pty, !log_output",
            "Cmnd_Alias C=/bin/x a\nDefaults!C use_pty",
            "Defaults passwd_tries=5,timestamp_timeout=-1",
            "Defaults umask=0077,umask_override",
            "Defaults badpass_message=\"a # b, c \\\" d\"",
            "Defaults use_pty # c",
            "Defaults use_pty,",
            "Defaults use_pty use_pty",
            "Defaults",
            "Defaults=a",
            "Defaults secure_path=\"/a",
            "Defaults secure_path=",
            "Defaults syslog=auth,syslog_goodpri=info",
            "Defaults !syslog",
            "a ALL=/bin/x \\\n  y, \\\n /bin/z",
            "a \\\nALL=ALL",
            "a ALL=/bin/x a\\\nb",
            "Defaults \\\n use_pty",
            "Defaults badpass_message=\"a \\\n  b\"",
            "Defaults secure_path=/a:\\\n, use_pty",
            "root\\\n  ALL=ALL",
            "a ALL=/bin/x \\\n# c\nb ALL=ALL",
            "a ALL=/bin/x \"a \\\n b\"",
            "a ALL=(a) CWD=/a /bin/x, (b) CWD=/b /bin/y, NOEXEC: /bin/z",
            "# c \\\na ALL=ALL",
            "  a   ALL   =   ALL  ",
            "@include other",
            "@include \"other\" # c",
            "@include other x",
            "#include other",
            "#includeother",
            "@includedir dir",
            "@include oth\\er",
            "@include",
            "@inclu other",
            "a ALL=$(touch X), `touch X`",
            "a ALL=/bin/x $(touch X) `touch Y` ; touch Z",
            "\\",
            "a ALL=/bin/x \\",
            "ALL ALL=(ALL:ALL) NOPASSWD: ALL");

    @TempDir
    Path scratch;

    static Stream<Arguments> samples() throws IOException {
        var arguments = new ArrayList<Arguments>();
        for (Sample sample : Sample.of(Sample.MODULE.resolve("sudoers"))) {
            if (sample.json("facts.json").isPresent() && !sample.needsAnotherUser()) {
                Stream.of(Shell.values()).forEach(shell -> arguments.add(Arguments.of(sample, shell)));
            }
        }
        return arguments.stream();
    }

    static List<String> lines() {
        return LINES;
    }

    @ParameterizedTest
    @EnumSource
    void saysOfThisMachineWhatCvtsudoersSays(Shell shell) throws Exception {
        assumeTrue(Files.isReadable(Path.of("/etc/sudoers")), "no sudo here, or not readable");

        assertSame(Live.facts("sudoers", shell, scratch), "/etc/sudoers");
    }

    @ParameterizedTest(name = "{0} under {1}")
    @MethodSource("samples")
    void saysOfSamplesWhatCvtsudoersSays(Sample sample, Shell shell) throws Exception {
        sample.build(Files.createDirectory(scratch.resolve("sample")));

        assertSameBelow(scratch.resolve("sample"), shell);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void saysOfALineWhatCvtsudoersSays(String line) throws Exception {
        Path etc = Files.createDirectories(scratch.resolve("sample/etc"));
        Files.writeString(etc.resolve("sudoers"), line + "\n");
        Files.writeString(etc.resolve("other"), "o ALL=ALL\n");
        Files.writeString(Files.createDirectory(etc.resolve("dir")).resolve("d"), "d ALL=ALL\n");

        assertSameBelow(scratch.resolve("sample"), Shell.DASH);
    }

    /**
     * In two copies: one for cvtsudoers, which knows no root folder, with other paths to what is included, and one for the
     * script. Lines that are wrong are emptied in both, so that cvtsudoers says something of the others.
     */
    private void assertSameBelow(Path sample, Shell shell) throws Exception {
        Path vendor = sample.resolve("usr/etc/sudoers");
        String main = Files.exists(vendor) ? "usr/etc/sudoers" : "etc/sudoers";
        Path copy = Files.createDirectory(scratch.resolve("copy"));
        Sample.copy(sample, copy);
        Path hostname = sample.resolve("proc/sys/kernel/hostname");
        String host = Files.exists(hostname) ? Files.readString(hostname).replaceFirst("[.][^$]*", "") : "";
        for (Path file : files(copy)) {
            // Only newer versions take line ends of Windows everywhere.
            String text = latin(file).replace("\r\n", "\n");
            write(sample.resolve(copy.relativize(file).toString()), text);
            write(file, INCLUDE.matcher(text).replaceAll("$1" + copy + "/").replace("%h", host));
        }
        // Nobody says to the script what is wrong.
        Files.deleteIfExists(sample.resolve(".tools/visudo"));
        String complaints =
                cvtsudoers(copy.resolve(main).toString()).complaints().replace(copy + "/", "/");
        var wrong = new TreeSet<String>();
        COMPLAINT.matcher(complaints).results().forEach(match -> wrong.add(match.group(1) + ":" + match.group(2)));

        JsonNode first = facts(sample, shell);

        assertThat(first.path("parse_errors")
                        .valueStream()
                        .map(error -> error.asText().replaceFirst("(:\\d+): .*", "$1")))
                .as(complaints)
                .containsExactlyInAnyOrderElementsOf(wrong);
        if (!wrong.isEmpty()) {
            for (String line : wrong) {
                blank(sample, line);
                blank(copy, line);
            }
        }
        JsonNode second = facts(sample, shell);
        assertThat(second.path("rules")).isEqualTo(first.path("rules"));
        assertThat(second.path("defaults")).isEqualTo(first.path("defaults"));
        assertSame(second, copy.resolve(main).toString());
    }

    private JsonNode facts(Path root, Shell shell) throws Exception {
        Shell.Run run = shell.run(
                Sample.MODULE.resolve("sudoers/discover"),
                Sample.MODULE.resolve("lib"),
                root.toString(),
                Files.createDirectories(scratch.resolve("scratch")),
                30,
                List.of());
        assertThat(run.complaints()).isEmpty();
        return FactsAssert.parse(run.text());
    }

    private void assertSame(JsonNode facts, String file) throws Exception {
        Shell.Run run = cvtsudoers(file);
        assertThat(run.status()).as(run.complaints()).isZero();
        var expected = Cvtsudoers.parse(printed(scratch.resolve("json")));

        assertThat(Cvtsudoers.rulesOf(facts)).isEqualTo(expected.rules());
        assertThat(Cvtsudoers.defaultsOf(facts)).isEqualTo(expected.defaults());
    }

    private Shell.Run cvtsudoers(String file) throws IOException, InterruptedException {
        return Shell.runTool(
                scratch,
                Shell.require("cvtsudoers"),
                "-e",
                "-f",
                "json",
                "-o",
                scratch.resolve("json").toString(),
                file);
    }

    private static void blank(Path root, String line) throws IOException {
        int colon = line.lastIndexOf(':');
        Path file = root.resolve(line.substring(1, colon));
        int number = Integer.parseInt(line.substring(colon + 1));
        List<String> lines = new ArrayList<>(List.of(latin(file).split("\n", -1)));
        lines.set(number - 1, "");
        for (int before = number - 2; before >= 0 && lines.get(before).endsWith("\\"); before--) {
            lines.set(before, "");
        }
        write(file, String.join("\n", lines));
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** With replacement characters where it is no UTF-8, which cvtsudoers hands on. */
    private static String printed(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static String latin(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    }
}
