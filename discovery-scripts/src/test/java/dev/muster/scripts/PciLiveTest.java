package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type pci with lspci of pciutils. */
final class PciLiveTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void saysWhatLspciSays(Shell shell) throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/sys/bus/pci/devices")), "this system has no PCI");
        var facts = new TreeMap<String, String>();
        for (JsonNode device : Live.facts("pci", shell, scratch).path("devices")) {
            facts.put(
                    device.path("slot").asText(),
                    device.path("class").asText().substring(0, 4) + " "
                            + device.path("vendor").asText() + " "
                            + device.path("device").asText() + " "
                            + device.path("driver").asText());
        }

        assertThat(facts).isEqualTo(lspci());
    }

    /** One line a member, an empty one after each device. */
    private Map<String, String> lspci() throws Exception {
        String printed = Shell.runTool(scratch, Shell.require("lspci"), "-D", "-vmm", "-n", "-k")
                .complaints();
        var devices = new TreeMap<String, String>();
        for (String device : printed.split("\n\n", -1)) {
            if (!device.isBlank()) {
                devices.put(
                        member(device, "Slot"),
                        member(device, "Class") + " " + member(device, "Vendor") + " " + member(device, "Device") + " "
                                + member(device, "Driver"));
            }
        }
        return devices;
    }

    private static String member(String device, String name) {
        return Stream.of(device.split("\n", -1))
                .filter(line -> line.startsWith(name + ":\t"))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }
}
