package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the types users and groups with what glibc and the passwd program say on the machine that runs the tests. */
final class AccountsLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(Shell.class)
    void everyAccountIsThatOfGetent(Shell shell) throws Exception {
        var expected = new TreeSet<String>();
        for (String line : getent("passwd")) {
            String[] field = line.split(":", -1);
            expected.add(String.join(":", field[0], field[2], field[3], field[5], field[6]));
        }

        var accounts = new TreeSet<String>();
        for (JsonNode account : discover(shell, "users", "").path("accounts")) {
            accounts.add(String.join(
                    ":",
                    account.path("name").asText(),
                    account.path("uid").asText(),
                    account.path("gid").asText(),
                    account.path("home").asText(),
                    account.path("shell").asText()));
        }

        assertThat(accounts).isEqualTo(expected).isNotEmpty();
    }

    /** Whoever may not read the passwords has no states to compare. */
    @ParameterizedTest
    @EnumSource(Shell.class)
    void everyPasswordIsInTheStateThatPasswdSays(Shell shell) throws Exception {
        JsonNode facts = discover(shell, "users", "");
        if (facts.has("_denied")) {
            assertThat(facts.path("accounts").valueStream())
                    .isNotEmpty()
                    .noneMatch(account -> account.has("password_state")
                            && account.path("name").asText().equals("root"));
            return;
        }
        var states = new TreeMap<String, String>();
        for (JsonNode account : facts.path("accounts")) {
            states.put(account.path("name").asText(), asPasswdSays(account));
        }

        var expected = new TreeMap<String, String>();
        var report = Shell.runTool(scratch, Shell.require("passwd"), "-S", "-a");
        for (String line : report.text().lines().toList()) {
            String[] field = line.split(" ", -1);
            expected.put(field[0], String.join(" ", field[1], field[2], field[3], field[4]));
        }
        assertThat(states).isEqualTo(expected).isNotEmpty();
    }

    private static String asPasswdSays(JsonNode account) {
        String state = switch (account.path("password_state").asText()) {
            case "hashed" -> "P";
            case "empty" -> "NP";
            default -> "L";
        };
        return String.join(
                " ",
                state,
                account.path("pw_last_change").asText("1970-01-01"),
                account.path("pw_min").asText(),
                account.path("pw_max").asText());
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void everyGroupIsThatOfGetentWithThoseWhosePrimaryGroupItIs(Shell shell) throws Exception {
        var expected = new TreeMap<String, TreeSet<String>>();
        for (String line : getent("group")) {
            String[] field = line.split(":", -1);
            var members = new TreeSet<>(List.of(field[3].split(",", -1)));
            members.remove("");
            for (String account : getent("passwd")) {
                if (account.split(":", -1)[3].equals(field[2])) {
                    members.add(account.split(":", -1)[0]);
                }
            }
            expected.put(field[0] + ":" + field[2], members);
        }

        var groups = new TreeMap<String, TreeSet<String>>();
        for (var group : discover(shell, "groups", "").path("groups").properties()) {
            var members = new TreeSet<String>();
            group.getValue().path("members").forEach(member -> members.add(member.asText()));
            groups.put(group.getKey() + ":" + group.getValue().path("gid").asText(), members);
        }

        assertThat(groups).isEqualTo(expected).isNotEmpty();
    }

    /** Whatever a hash looks like, and wherever it stands. */
    @Test
    void noHashLeavesTheHost() throws Exception {
        for (String name : List.of("users", "groups")) {
            for (Sample sample : Sample.of(Sample.MODULE.resolve(name))) {
                Path root = Files.createTempDirectory(scratch, "root");
                if (sample.needsAnotherUser()) {
                    continue;
                }
                sample.build(root);
                String printed = discover(Shell.DASH, name, root.toString()).toString();
                for (String file : List.of("etc/passwd", "etc/shadow", "etc/group", "etc/gshadow")) {
                    for (String secret : secrets(root.resolve(file))) {
                        assertThat(printed).as("%s of %s", file, sample).doesNotContain(secret);
                    }
                }
            }
        }
    }

    /** The second fields that are longer than a sign of being locked. */
    private static List<String> secrets(Path file) throws Exception {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                .lines()
                .map(line -> line.split(":", -1))
                .filter(field -> field.length > 1 && field[1].length() > 5)
                .map(field -> field[1].replaceFirst("^!+", ""))
                .toList();
    }

    private List<String> getent(String database) throws Exception {
        return Shell.runTool(scratch, Shell.require("getent"), "-s", "files", database)
                .text()
                .lines()
                .toList();
    }

    private JsonNode discover(Shell shell, String type, String root) throws Exception {
        Shell.Run run = shell.run(
                Sample.MODULE.resolve(type).resolve("discover"),
                Sample.MODULE.resolve("lib"),
                root,
                scratch,
                10,
                List.of());
        assertThat(run.complaints()).isEmpty();
        return JSON.readTree(run.status() == 3 ? "{}" : run.text());
    }
}
