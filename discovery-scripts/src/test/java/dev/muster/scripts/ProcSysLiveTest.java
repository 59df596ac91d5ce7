package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares proc_sys with sysctl on the machine that runs the tests. */
final class ProcSysLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path SCRIPT = Sample.MODULE.resolve("proc_sys/discover");
    private static final Path LIBRARY = Sample.MODULE.resolve("lib");

    /** What discovery.yaml says is left out, as sysctl names it. */
    private static final Pattern LEFT_OUT = Pattern.compile("""
            fs\\.(aio-nr|dentry-state|file-nr|inode-nr|inode-state|binfmt_misc\\..*)\
            |fs\\.quota\\.(?!warnings$).*\
            |kernel\\.(hung_task_(detect_count|warnings)|ns_last_pid|perf_event_max_sample_rate|pty\\.nr)\
            |kernel\\.(random\\.(boot_id|entropy_avail|uuid)|spl\\.kmem\\..*|sched_domain\\..*\\.max_newidle_lb_cost)\
            |net\\.(core\\.netdev_rss_key|netfilter\\.nf_conntrack_count|ipv4\\.tcp_fastopen_key)\
            |net\\.ipv[46]\\.(conf|neigh)\\.veth.*|net\\.ipv6\\.conf\\..*\\.stable_secret|vm\\.stat_refresh""");

    /** One fork for each of 1,300 keys takes seconds; this is far above the tens of milliseconds that it should be. */
    private static final double MAX_CPU_SECONDS = 1;

    private static final Pattern CPU_TIME = Pattern.compile("(\\d+)m(\\d+(?:\\.\\d+)?)s");

    @TempDir
    Path scratch;

    @BeforeEach
    void thereAreSettings() {
        assumeTrue(Files.isDirectory(Path.of("/proc/sys")), "this system has no /proc/sys");
    }

    @Test
    void saysWhatSysctlSays() throws Exception {
        var printed = Shell.runTool(scratch, Shell.require("sysctl"), "-a", "--deprecated");
        var expected = new TreeMap<String, String>();
        printed.complaints().lines().forEach(line -> {
            int equals = line.indexOf(" =");
            if (equals > 0
                    && !line.startsWith("sysctl: ")
                    && !LEFT_OUT.matcher(line.substring(0, equals)).matches()) {
                // A value of several lines is printed as several settings of one name.
                expected.merge(line.substring(0, equals), value(line.substring(equals + 2)), (a, b) -> a + "\n" + b);
            }
        });
        var facts = new TreeMap<String, String>();
        for (var fact : discover(Shell.DASH).properties()) {
            if (!fact.getKey().startsWith("_")) {
                facts.put(fact.getKey(), value(fact.getValue().asText()));
            }
        }
        assertThat(expected).hasSizeGreaterThan(50);
        assertThat(facts).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void printsTheSameBytesEachTimeUnderEachShell() throws Exception {
        ByteBuffer first = output(Shell.DASH);
        assertThat(output(Shell.BUSYBOX)).isEqualTo(first);
        assertThat(output(Shell.DASH)).isEqualTo(first);
    }

    @Test
    void readsWithoutAProcessForEachKey() throws Exception {
        String command = "MUSTER_ROOT= MUSTER_LIB=\"$2\" sh \"$1\" >/dev/null; times";
        var times = Shell.runTool(
                scratch, Shell.require("dash"), "-c", command, "dash", SCRIPT.toString(), LIBRARY.toString());
        double seconds = 0;
        var time =
                CPU_TIME.matcher(times.complaints().lines().skip(1).findFirst().orElseThrow());
        while (time.find()) {
            seconds += Integer.parseInt(time.group(1)) * 60 + Double.parseDouble(time.group(2));
        }
        System.out.printf("proc_sys: %.0f ms of CPU%n", seconds * 1_000);
        assertThat(seconds).isPositive().isLessThan(MAX_CPU_SECONDS);
    }

    /** sysctl pads some lines with blanks that the kernel put there; the comparison is about what they say. */
    private static String value(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
    }

    private JsonNode discover(Shell shell) throws Exception {
        return JSON.readTree(StandardCharsets.UTF_8.decode(output(shell)).toString());
    }

    private ByteBuffer output(Shell shell) throws Exception {
        Shell.Run run = shell.run(SCRIPT, LIBRARY, "", scratch, 30, List.of());
        assertThat(run.status()).as(run.complaints()).isIn(0, 6);
        return run.output();
    }
}
