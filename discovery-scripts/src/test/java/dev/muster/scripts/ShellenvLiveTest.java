package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares shellenv with what a login shell of bash has after it has read this machine's start files, and no person's. */
final class ShellenvLiveTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(Shell.class)
    void saysWhatALoginShellHas(Shell shell) throws Exception {
        List<String> login = Shell.runTool(
                        scratch,
                        Shell.require("env"),
                        "-i",
                        "HOME=" + scratch,
                        Shell.require("bash"),
                        "-lc",
                        "umask 022; . /etc/profile; echo \"${TMOUT-}\"; umask; echo \"$PATH\"")
                .complaints()
                .lines()
                .toList();
        var unsafe = new TreeSet<String>();
        for (String folder : login.get(2).split(":", -1)) {
            if (isUnsafe(Path.of(folder))) {
                unsafe.add(folder);
            }
        }

        var facts = Live.facts("shellenv", shell, scratch);

        assertThat(facts.path("tmout").asText()).isEqualTo(login.get(0));
        String last = facts.path("umasks")
                .valueStream()
                .reduce((_, later) -> later)
                .map(umask -> "0" + umask.path("value").asText())
                .orElse("0022");
        assertThat(last).isEqualTo(login.get(1));
        assertThat(facts.path("root_path_problems")
                        .valueStream()
                        .map(problem -> problem.asText().replaceFirst(": .*", "")))
                .containsAll(unsafe);
        assertThat(facts.path("shells").valueStream().map(one -> one.asText()))
                .containsExactlyInAnyOrderElementsOf(new TreeSet<>(Files.readAllLines(Path.of("/etc/shells")).stream()
                        .filter(line -> line.startsWith("/"))
                        .toList()));
    }

    private static boolean isUnsafe(Path folder) throws Exception {
        return Files.isDirectory(folder)
                && (((int) Files.getAttribute(folder, "unix:mode") & 022) != 0
                        || !Files.getAttribute(folder, "unix:uid").equals(0));
    }
}
