package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares ulimit with what bash says of itself on the machine that runs the tests. */
final class UlimitLiveTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @CsvSource({"hard,H,DASH", "soft,S,DASH", "hard,H,BUSYBOX", "soft,S,BUSYBOX"})
    void saysWhatBashSays(String member, String option, Shell shell) throws Exception {
        String program = "for l in R c d e f i l m n q r s t u v x; do echo $l $(ulimit -" + option + " -$l); done";
        var expected = new TreeMap<String, String>();
        Shell.runTool(scratch, Shell.require("bash"), "-c", program)
                .text()
                .lines()
                .map(line -> line.split(" ", -1))
                .forEach(words -> expected.put(words[0], words[1].equals("unlimited") ? "null" : words[1]));

        var facts = new TreeMap<String, String>();
        for (var limit : Live.facts("ulimit", shell, scratch).path(member).properties()) {
            JsonNode value = limit.getValue();
            facts.put(limit.getKey(), value.isNull() ? "null" : value.asText());
        }

        assertThat(facts).hasSize(16).isEqualTo(expected);
    }
}
