package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Scripts run on the machine that runs the tests. */
final class Live {
    private static final Path LIBRARY = Sample.MODULE.resolve("lib");
    private static final Pattern CPU_TIME = Pattern.compile("(\\d+)m(\\d+(?:\\.\\d+)?)s");

    private Live() {}

    /** What the type's script prints here: all of it, or what may be seen of it. */
    static JsonNode facts(String type, Shell shell, Path scratch) throws Exception {
        long timeoutSeconds = Sample.compiled(Sample.MODULE.resolve(type))
                .path("timeout_seconds")
                .asLong();
        Shell.Run run = shell.run(script(type), LIBRARY, "", scratch, Math.max(30, timeoutSeconds), List.of());
        assertThat(run.complaints()).isEmpty();
        assertThat(run.status()).isIn(0, 6);
        return FactsAssert.parse(run.text());
    }

    /** Of the script and all that it starts. */
    static double cpuSeconds(String type, Path scratch) throws Exception {
        String command = "MUSTER_ROOT= MUSTER_LIB=\"$2\" sh \"$1\" >/dev/null; times";
        var times = Shell.runTool(
                scratch,
                Shell.require("dash"),
                "-c",
                command,
                "dash",
                script(type).toString(),
                LIBRARY.toString());
        double seconds = 0;
        var time = CPU_TIME.matcher(
                times.complaints().lines().reduce((_, last) -> last).orElseThrow());
        while (time.find()) {
            seconds += Integer.parseInt(time.group(1)) * 60 + Double.parseDouble(time.group(2));
        }
        System.out.printf("%s: %.0f ms of CPU%n", type, seconds * 1_000);
        return seconds;
    }

    private static Path script(String type) {
        return Sample.MODULE.resolve(type).resolve("discover");
    }
}
