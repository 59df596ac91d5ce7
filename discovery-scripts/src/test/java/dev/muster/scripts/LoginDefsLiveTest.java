package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares login_defs with what the lens of Augeas reads in the same file. */
final class LoginDefsLiveTest {
    private static final Pattern SETTING = Pattern.compile("/files/etc/login\\.defs/([A-Z0-9_]+) = \"(.*)\"");

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void saysOfThisMachineWhatAugeasReads(Shell shell) throws Exception {
        assumeTrue(Files.isReadable(Path.of("/etc/login.defs")), "no login.defs here");
        assumeTrue(!Files.exists(Path.of("/usr/etc/login.defs")), "its drop-in files are read too");

        assertThat(texts(Live.facts("login_defs", shell, scratch))).isNotEmpty().isEqualTo(augeas("/"));
    }

    @ParameterizedTest
    @EnumSource
    void saysOfOddLinesWhatAugeasReads(Shell shell) throws Exception {
        Path etc = Files.createDirectories(scratch.resolve("root/etc"));
        Files.writeString(etc.resolve("login.defs"), """
                # a comment
                UMASK\t\t027
                PASS_MAX_DAYS   60  \s
                #PASS_MIN_DAYS 7
                ENV_PATH PATH=/usr/bin:/bin
                CREATE_HOME yes
                LOGIN_STRING a b  c
                """);

        Shell.Run run = shell.run(
                Sample.MODULE.resolve("login_defs/discover"),
                Sample.MODULE.resolve("lib"),
                scratch.resolve("root").toString(),
                Files.createDirectories(scratch.resolve("scratch")),
                10,
                List.of());

        assertThat(texts(FactsAssert.parse(run.text())))
                .hasSize(5)
                .isEqualTo(augeas(scratch.resolve("root").toString()));
    }

    private static Map<String, String> texts(JsonNode facts) {
        var texts = new TreeMap<String, String>();
        facts.properties()
                .forEach(fact -> texts.put(fact.getKey(), fact.getValue().asText()));
        return texts;
    }

    private Map<String, String> augeas(String root) throws Exception {
        Shell.Run run = Shell.runTool(
                scratch,
                Shell.require("augtool"),
                "--noautoload",
                "--root",
                root,
                "--transform",
                "Login_Defs.lns incl /etc/login.defs",
                "print",
                "/files");
        var settings = new TreeMap<String, String>();
        run.complaints()
                .lines()
                .map(SETTING::matcher)
                .filter(Matcher::matches)
                .forEach(setting -> settings.put(setting.group(1), setting.group(2)));
        return settings;
    }
}
