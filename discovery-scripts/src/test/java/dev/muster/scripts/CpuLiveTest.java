package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares cpu with what the system's own tools say, and with the kernel's files. */
final class CpuLiveTest {
    private static final Path WEAKNESSES = Path.of("/sys/devices/system/cpu/vulnerabilities");

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void countsTheProcessorsThatAreOnline(Shell shell) throws Exception {
        var online = Shell.runTool(scratch, Shell.require("getconf"), "_NPROCESSORS_ONLN");

        assertThat(Live.facts("cpu", shell, scratch).path("count"))
                .hasToString(online.complaints().strip());
    }

    @Test
    void saysOfEachWeaknessWhatTheKernelSays() throws Exception {
        assumeTrue(Files.isDirectory(WEAKNESSES), "this kernel knows no weaknesses");
        var expected = new TreeMap<String, String>();
        try (Stream<Path> files = Files.list(WEAKNESSES)) {
            for (Path file : files.toList()) {
                expected.put(ShippedFiles.nameOf(file), Files.readString(file).strip());
            }
        }

        var facts = new TreeMap<String, String>();
        Live.facts("cpu", Shell.DASH, scratch)
                .path("vulnerabilities")
                .properties()
                .forEach(entry -> facts.put(entry.getKey(), entry.getValue().asText()));
        assertThat(facts).isNotEmpty().isEqualTo(expected);
    }
}
