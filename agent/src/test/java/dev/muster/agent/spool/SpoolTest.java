package dev.muster.agent.spool;

import static dev.muster.agent.spool.SpoolChannel.CONTROL;
import static dev.muster.agent.spool.SpoolChannel.RESULTS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.wire.SpoolId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final int FACTS = 3;
    private static final int SERVICE = 10;
    private static final long MAX_BYTES = 1 << 20;

    private final FakeDisk disk = new FakeDisk();

    @Test
    void numbersEachChannelFromOne() throws IOException {
        Spool spool = open();
        assertThat(spool.append(RESULTS, FACTS, "os", bytes("a"))).isEqualTo(new Append.Stored(1));
        assertThat(spool.append(RESULTS, FACTS, "cpu", bytes("b"))).isEqualTo(new Append.Stored(2));
        assertThat(spool.append(CONTROL, 11, "", bytes("bye"))).isEqualTo(new Append.Stored(1));
        assertThat(texts(spool, RESULTS, 1)).containsExactly("1:3:a", "2:3:b");
        assertThat(texts(spool, CONTROL, 1)).containsExactly("1:11:bye");
    }

    @Test
    void keepsEverythingOverARestart() throws IOException {
        Spool first = open();
        first.append(RESULTS, FACTS, "os", bytes("a"));
        first.append(RESULTS, SERVICE, "", bytes("b"));
        first.applied(RESULTS, 1);
        Spool second = open();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(texts(second, RESULTS, 1)).containsExactly("2:10:b");
        assertThat(second.append(RESULTS, FACTS, "os", bytes("c"))).isEqualTo(new Append.Stored(3));
    }

    @Test
    void deletesOnlyWhatWasApplied() throws IOException {
        Spool spool = open();
        for (String body : List.of("a", "b", "c")) {
            spool.append(RESULTS, SERVICE, "", bytes(body));
        }
        spool.applied(RESULTS, 2);
        assertThat(texts(spool, RESULTS, 1)).containsExactly("3:10:c");
        spool.applied(RESULTS, 1);
        spool.applied(RESULTS, 99);
        assertThat(texts(spool, RESULTS, 1)).containsExactly("3:10:c");
    }

    @Test
    void newerSnapshotSupersedesOneThatWasNotSent() throws IOException {
        Spool spool = open();
        spool.append(RESULTS, FACTS, "os", bytes("old"));
        spool.append(RESULTS, FACTS, "cpu", bytes("cpu"));
        spool.append(RESULTS, FACTS, "os", bytes("new"));
        assertThat(texts(open(), RESULTS, 1)).containsExactly("1:13:", "2:3:cpu", "3:3:new");
        assertThat(texts(spool, RESULTS, 1)).containsExactly("1:13:", "2:3:cpu", "3:3:new");
        assertThat(spool.status().superseded()).isEqualTo(1);
    }

    @Test
    void neverChangesWhatWasHandedToTheNetwork() throws IOException {
        Spool spool = open();
        spool.append(RESULTS, FACTS, "os", bytes("old"));
        spool.peek(RESULTS, 1, 10, 1_000);
        spool.append(RESULTS, FACTS, "os", bytes("new"));
        spool.append(RESULTS, FACTS, "os", bytes("newest"));
        assertThat(texts(spool, RESULTS, 1)).containsExactly("1:3:old", "2:13:", "3:3:newest");
    }

    @Test
    void maySupersedeAgainAfterAResumeThatDoesNotKnowTheRecord() throws IOException {
        Spool spool = open();
        spool.append(RESULTS, FACTS, "os", bytes("old"));
        spool.peek(RESULTS, 1, 10, 1_000);
        assertThat(spool.resume(RESULTS, spool.id(), 1)).isEqualTo(new Resumption.SendFrom(1));
        spool.append(RESULTS, FACTS, "os", bytes("new"));
        assertThat(texts(spool, RESULTS, 1)).containsExactly("1:13:", "2:3:new");
    }

    @Test
    void holdsALongAbsenceInTheMemoryOfOneRunOfNops() throws IOException {
        Spool spool = open();
        for (int i = 0; i < 5_000; i++) {
            spool.append(RESULTS, FACTS, "os", bytes("a" + i));
        }
        assertThat(spool.status().heldRecords()).isEqualTo(5_000);
        assertThat(spool.status().heldBytes()).isLessThan(200);
        assertThat(spool.status().fileBytes()).isLessThan(600_000);
        assertThat(texts(open(), RESULTS, 4_999)).containsExactly("4999:13:", "5000:3:a4999");
        spool.applied(RESULTS, 2_500);
        assertThat(texts(spool, RESULTS, 1)).first().isEqualTo("2501:13:");
    }

    @Test
    void peeksNoMoreThanAskedForButAlwaysOne() throws IOException {
        Spool spool = open();
        for (int i = 0; i < 10; i++) {
            spool.append(RESULTS, SERVICE, "", new byte[100]);
        }
        assertThat(spool.peek(RESULTS, 1, 3, 10_000)).hasSize(3);
        assertThat(spool.peek(RESULTS, 1, 10, 250)).hasSize(2);
        assertThat(spool.peek(RESULTS, 4, 10, 1)).singleElement().matches(r -> r.seq() == 4);
        assertThat(spool.peek(RESULTS, 11, 10, 10_000)).isEmpty();
    }

    @Test
    void resumesFromWhatTheCollectorWants() throws IOException {
        Spool spool = open();
        for (String body : List.of("a", "b", "c")) {
            spool.append(RESULTS, SERVICE, "", bytes(body));
        }
        assertThat(spool.resume(RESULTS, spool.id(), 3)).isEqualTo(new Resumption.SendFrom(3));
        assertThat(texts(spool, RESULTS, 1)).containsExactly("3:10:c");
        assertThat(spool.resume(RESULTS, spool.id(), 4)).isEqualTo(new Resumption.SendFrom(4));
        assertThat(spool.status().heldRecords()).isZero();
    }

    @Test
    void makesANewSpoolWhenTheCollectorWentBack() throws IOException {
        Spool spool = open();
        SpoolId before = spool.id();
        spool.append(RESULTS, SERVICE, "", bytes("a"));
        spool.append(RESULTS, SERVICE, "", bytes("b"));
        spool.append(CONTROL, 11, "", bytes("c"));
        spool.applied(RESULTS, 1);
        assertThat(spool.resume(RESULTS, before, 1)).isInstanceOf(Resumption.NewSpool.class);
        assertThat(spool.id()).isNotEqualTo(before);
        assertThat(texts(spool, RESULTS, 1)).containsExactly("1:10:b");
        assertThat(texts(spool, CONTROL, 1)).containsExactly("1:11:c");
        assertThat(open().id()).isEqualTo(spool.id());
    }

    @Test
    void makesANewSpoolWhenTheAgentWentBack() throws IOException {
        Spool spool = open();
        SpoolId before = spool.id();
        spool.append(RESULTS, SERVICE, "", bytes("a"));
        assertThat(spool.resume(RESULTS, before, 3)).isInstanceOf(Resumption.NewSpool.class);
        assertThat(spool.resume(RESULTS, before, 3)).isInstanceOf(Resumption.OtherSpool.class);
        assertThat(texts(spool, RESULTS, 1)).containsExactly("1:10:a");
    }

    @Test
    void refusesResultsWhenFullButStillTakesSupersedingOnesAndControl() throws IOException {
        Spool spool = Spool.open(disk, 1_000, new Random(1));
        spool.append(RESULTS, FACTS, "os", new byte[400]);
        spool.append(RESULTS, FACTS, "cpu", new byte[400]);
        assertThat(spool.append(RESULTS, FACTS, "pci", new byte[400]))
                .isInstanceOfSatisfying(
                        Append.Refused.class, r -> assertThat(r.reason()).isEqualTo(Append.Reason.FULL));
        assertThat(spool.append(RESULTS, FACTS, "os", new byte[401])).isEqualTo(new Append.Stored(3));
        assertThat(spool.append(CONTROL, 11, "", new byte[100])).isEqualTo(new Append.Stored(1));
        assertThat(spool.status().refused()).isEqualTo(1);
        assertThat(spool.isFull()).isTrue();
        spool.applied(RESULTS, 2);
        assertThat(spool.isFull()).isFalse();
        assertThat(spool.append(RESULTS, FACTS, "pci", new byte[300])).isEqualTo(new Append.Stored(4));
    }

    @Test
    void saysThatTheDiskIsFullAndGoesOnWhenItIsNot() throws IOException {
        Spool spool = open();
        spool.append(RESULTS, SERVICE, "", bytes("a"));
        disk.limitTo(disk.content().length + 60);
        assertThat(spool.append(RESULTS, SERVICE, "", new byte[100]))
                .isInstanceOfSatisfying(
                        Append.Refused.class, r -> assertThat(r.reason()).isEqualTo(Append.Reason.DISK));
        assertThat(spool.status().trouble()).contains("No space left");
        assertThat(texts(open(), RESULTS, 1)).containsExactly("1:10:a");
        disk.limitTo(Long.MAX_VALUE);
        assertThat(spool.append(RESULTS, SERVICE, "", bytes("b"))).isEqualTo(new Append.Stored(2));
        assertThat(spool.status().trouble()).isEmpty();
        assertThat(texts(open(), RESULTS, 1)).containsExactly("1:10:a", "2:10:b");
    }

    @Test
    void staysAsItWasWhenAResetFindsTheDiskFull() throws IOException {
        Spool spool = open();
        SpoolId before = spool.id();
        spool.append(RESULTS, SERVICE, "", bytes("a"));
        disk.limitTo(40);
        assertThatThrownBy(spool::reset).isInstanceOf(SpoolException.class);
        disk.limitTo(Long.MAX_VALUE);
        assertThat(spool.id()).isEqualTo(before);
        assertThat(texts(spool, RESULTS, 1)).containsExactly("1:10:a");
    }

    @Test
    void resetSavesWhatCanBeReadWhenTheDiskGivesBackSomethingElse() throws IOException {
        Spool spool = open();
        spool.append(RESULTS, SERVICE, "", bytes("a"));
        int damaged = disk.content().length - 1;
        spool.append(RESULTS, SERVICE, "", bytes("b"));
        disk.corrupt(damaged, 'x');
        assertThatThrownBy(() -> spool.peek(RESULTS, 1, 10, 1_000)).isInstanceOf(SpoolException.class);
        spool.reset();
        assertThat(texts(spool, RESULTS, 1)).containsExactly("1:10:b");
    }

    @Test
    void givesTheFileBackToTheDiskOnceApplied() throws IOException {
        Spool spool = Spool.open(disk, 8 << 20, new Random(1));
        for (int i = 0; i < 40; i++) {
            spool.append(RESULTS, SERVICE, "", new byte[100_000]);
        }
        spool.applied(RESULTS, 40);
        assertThat(spool.status().fileBytes()).isLessThan(1_000);
        assertThat(spool.append(RESULTS, SERVICE, "", bytes("next"))).isEqualTo(new Append.Stored(41));
        assertThat(texts(open(), RESULTS, 1)).containsExactly("41:10:next");
    }

    @Test
    void keepsHandedRecordsStableThroughARewrite() throws IOException {
        Spool spool = Spool.open(disk, 8 << 20, new Random(1));
        for (int i = 0; i < 12; i++) {
            spool.append(RESULTS, FACTS, "k" + i, new byte[50_000]);
        }
        spool.append(RESULTS, FACTS, "os", bytes("old"));
        spool.peek(RESULTS, 1, 100, 10_000_000);
        spool.applied(RESULTS, 12);
        spool.append(RESULTS, FACTS, "os", bytes("new"));
        assertThat(texts(spool, RESULTS, 1)).containsExactly("13:3:old", "14:3:new");
    }

    @Test
    void keepsItsDirectoryToItself(@TempDir Path dir) throws IOException {
        Path directory = dir.resolve("spool");
        try (Spool spool = Spool.open(directory, MAX_BYTES, new Random(1))) {
            spool.append(RESULTS, FACTS, "os", bytes("a"));
            assertThat(spool.status().heldRecords()).isEqualTo(1);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("spool.log"))))
                .isEqualTo("rw-------");
        try (Spool again = Spool.open(directory, MAX_BYTES, new Random(2))) {
            assertThat(texts(again, RESULTS, 1)).containsExactly("1:3:a");
            again.reset();
            assertThat(texts(again, RESULTS, 1)).containsExactly("1:3:a");
        }
    }

    @Test
    void saysWhichDirectoryCannotBeUsed(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "");
        assertThatThrownBy(() -> Spool.open(file, MAX_BYTES, new Random(1)))
                .isInstanceOf(SpoolException.class)
                .hasMessageContaining(file.toString());
    }

    private Spool open() throws IOException {
        return Spool.open(disk, MAX_BYTES, new Random(disk.content().length));
    }

    private static List<String> texts(Spool spool, SpoolChannel channel, long from) {
        return spool.peek(channel, from, 10_000, 1 << 20).stream()
                .map(r -> r.seq() + ":" + r.type() + ":" + new String(r.body(), UTF_8))
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
