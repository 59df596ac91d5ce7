package dev.muster.agent.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.message.CanonicalJson;
import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.message.FactsStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeDetectorTest {
    @TempDir
    private Path dir;

    @Test
    void seesOnlyWhatIsHashed() {
        var changes = load("e1");
        assertThat(changes.isChanged(report("os", "", "1", 0))).isTrue();
        changes.handedOver(report("os", "", "1", 0));
        assertThat(changes.isChanged(report("os", "", "1", 99))).isFalse();
        assertThat(changes.isChanged(report("os", "", "2", 0))).isTrue();
        assertThat(changes.isChanged(report("os", "other", "1", 0))).isTrue();
    }

    @Test
    void remembersOverARestart() throws IOException {
        var before = load("e1");
        before.handedOver(report("os", "", "1", 0));
        before.handedOver(report("packages", "a name with spaces", "1", 0));
        before.save();
        var after = load("e1");
        assertThat(after.hashes()).isEqualTo(before.hashes()).hasSize(2);
        assertThat(after.isChanged(report("os", "", "1", 0))).isFalse();
    }

    @Test
    void forgetsEverythingWhenTheSpoolIsAnother() throws IOException {
        var before = load("e1");
        before.handedOver(report("os", "", "1", 0));
        before.save();
        assertThat(load("e2").hashes()).isEmpty();
        before.startOver("e2");
        before.save();
        assertThat(load("e1").hashes()).isEmpty();
        assertThat(load("e2").hashes()).isEmpty();
    }

    @Test
    void forgetsWhatItIsTold() {
        var changes = load("e1");
        changes.handedOver(report("os", "", "1", 0));
        changes.handedOver(report("cpu", "", "1", 0));
        changes.forget(InstanceKey.of("os"));
        assertThat(changes.isChanged(report("os", "", "1", 0))).isTrue();
        changes.retain(Set.of(InstanceKey.of("os")));
        assertThat(changes.isKnown(InstanceKey.of("cpu"))).isFalse();
    }

    @Test
    void sendsEverythingWhenTheFileIsDamaged() throws IOException {
        var before = load("e1");
        before.handedOver(report("os", "", "1", 0));
        before.handedOver(report("cpu", "", "1", 0));
        before.save();
        byte[] good = Files.readAllBytes(file());
        for (int length = 0; length < good.length; length++) {
            Files.write(file(), Arrays.copyOf(good, length));
            assertThat(before.hashes().entrySet())
                    .containsAll(load("e1").hashes().entrySet());
        }
        Files.write(file(), new byte[] {(byte) 0xFF, 0, 1});
        assertThat(load("e1").hashes()).isEmpty();
    }

    private ChangeDetector load(String epoch) {
        return ChangeDetector.load(file(), epoch);
    }

    private Path file() {
        return dir.resolve("hashes");
    }

    static FactsReport report(String type, String instance, String value, long tookMs) {
        return FactsReport.of(
                type,
                instance,
                1,
                FactsStatus.OK,
                List.of(),
                List.of(),
                List.of(),
                CanonicalJson.parse(("{\"v\":\"" + value + "\"}").getBytes(UTF_8)),
                Instant.EPOCH,
                tookMs);
    }
}
