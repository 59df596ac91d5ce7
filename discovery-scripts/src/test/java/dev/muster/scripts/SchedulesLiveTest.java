package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares schedules with what systemctl says of this machine's timers, with its files of cron, and with stat. */
final class SchedulesLiveTest {
    private static final Pattern SPACES = Pattern.compile(" +");
    private static final Pattern JOB = Pattern.compile("(@[a-z]+|(?:\\S+\\s+){5})\\s*(\\S+)\\s+.*");
    private static final Pattern SETTING = Pattern.compile("[A-Za-z_]+\\s*=.*");

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(Shell.class)
    void timersAreThoseThatSystemctlKnowsAsEnabled(Shell shell) throws Exception {
        var found = new TreeMap<String, JsonNode>();
        for (JsonNode timer : Live.facts("schedules", shell, scratch).path("timers")) {
            found.put(timer.path("unit").asText(), timer);
        }

        for (String line : systemctl("list-unit-files", "--type=timer", "--no-legend", "--no-pager")) {
            String[] column = SPACES.split(line, -1);
            if (column[1].equals("enabled")) {
                assertThat(found).containsKey(column[0]);
            }
        }
        for (var timer : found.entrySet()) {
            assertThat(systemctl("is-enabled", timer.getKey()))
                    .hasSize(1)
                    .first()
                    .isIn("enabled", "static", "masked", "disabled", "alias");
            assertThat(timer.getValue().path("schedule").valueStream().map(JsonNode::asText))
                    .containsExactlyInAnyOrderElementsOf(values(timer.getKey(), "On\\w+"));
            assertThat(timer.getValue().path("commands"))
                    .hasSize(values(timer.getValue().path("service").asText(), "ExecStart(Pre|Post)?")
                            .size());
        }
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void jobsAreThoseInTheFilesOfCron(Shell shell) throws Exception {
        var expected = new TreeSet<String>();
        for (Path file : files("/etc/cron.d", "/etc/crontab")) {
            for (String line : Files.readAllLines(file)) {
                var job = JOB.matcher(line.strip());
                if (!line.startsWith("#") && !SETTING.matcher(line).matches() && job.matches()) {
                    expected.add(file + " " + job.group(1).strip().replaceAll("\\s+", " ") + " " + job.group(2));
                }
            }
        }
        for (String period : List.of("hourly", "daily", "weekly", "monthly")) {
            for (Path file : files("/etc/cron." + period)) {
                if (Files.isExecutable(file)) {
                    expected.add(file + " @" + period + " root");
                }
            }
        }

        var jobs = new TreeSet<String>();
        for (JsonNode job : Live.facts("schedules", shell, scratch).path("cron")) {
            if (job.path("file").asText().startsWith("/etc/cron")) {
                jobs.add(job.path("file").asText() + " " + job.path("schedule").asText() + " "
                        + job.path("user").asText());
            }
        }

        assertThat(jobs).isEqualTo(expected);
    }

    @Test
    void programsAreAsStatHasThem() throws Exception {
        var targets = Live.facts("schedules", Shell.DASH, scratch).path("root_jobs");

        assertThat(targets).isNotEmpty();
        for (JsonNode target : targets) {
            Path program = Path.of(target.path("target").asText());
            int mode = (int) Files.getAttribute(program, "unix:mode") & 07777;
            assertThat(target.path("target_mode").asText()).isEqualTo("%04o".formatted(mode));
            assertThat(target.path("target_owner").asText())
                    .isEqualTo(Files.getOwner(program).getName());
        }
    }

    private static List<Path> files(String... paths) throws IOException {
        var files = new ArrayList<Path>();
        for (String path : paths) {
            Path file = Path.of(path);
            if (Files.isDirectory(file)) {
                try (Stream<Path> all = Files.list(file)) {
                    files.addAll(all.filter(one -> ShippedFiles.nameOf(one).matches("[A-Za-z0-9_-]+"))
                            .toList());
                }
            } else if (Files.exists(file)) {
                files.add(file);
            }
        }
        return files;
    }

    private List<String> values(String unit, String name) throws Exception {
        var values = new ArrayList<String>();
        for (String line : tool("systemd-analyze", "--no-pager", "cat-config", "systemd/system/" + unit)) {
            if (line.matches(name + "=")) {
                values.clear();
            } else if (line.matches(name + "=.*")) {
                values.add(line);
            }
        }
        return values;
    }

    private List<String> systemctl(String... question) throws Exception {
        return tool(
                "systemctl",
                Stream.concat(Stream.of("--root=/"), Stream.of(question)).toArray(String[]::new));
    }

    private List<String> tool(String program, String... question) throws Exception {
        var command = new ArrayList<>(List.of(Shell.require(program)));
        command.addAll(List.of(question));
        return Shell.runTool(scratch, command.toArray(String[]::new))
                .complaints()
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }
}
