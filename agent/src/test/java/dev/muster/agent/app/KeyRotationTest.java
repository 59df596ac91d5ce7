package dev.muster.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.spool.Spool;
import dev.muster.agent.spool.SpoolChannel;
import dev.muster.protocol.message.KeyNext;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each life ends as kill -9 ends it: with nothing but what is on disk. */
final class KeyRotationTest {
    @TempDir
    private Path dir;

    private final Random random = new Random(5);
    private final List<KeyRotation.Told> told = new ArrayList<>();
    private final List<StaticKeys> changed = new ArrayList<>();

    /** What the agent did before it died. */
    private interface Life {
        void live(StateFolder state, Spool spool, KeyRotation rotation) throws IOException;
    }

    @Test
    void theNextKeyIsUsedOnceItIsAppliedAndNotBefore() throws IOException {
        life((state, spool, rotation) -> {
            String first = present(state);
            String next = rotation.begin();
            assertThat(rotation.begin()).as("under way already").isEqualTo(next);
            assertThat(bodies(spool)).allSatisfy(body -> assertThat(body).isEqualTo(next));
            assertThat(present(state)).isEqualTo(first);
            assertThat(rotation.next()).contains(next);
            told.forEach(each -> each.applied().run());
            assertThat(changed)
                    .extracting(keys -> keys.publicKey().fingerprint())
                    .containsExactly(next);
            assertThat(present(state)).isEqualTo(next);
            assertThat(rotation.next()).isEmpty();
        });
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("state/agent.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void killedBeforeItWasToldItTellsAfterTheRestart() throws IOException {
        life((state, spool, rotation) -> state.makeNextKeys(random));
        life((state, spool, rotation) -> {
            rotation.goOn();
            assertThat(bodies(spool)).containsExactly(rotation.next().orElseThrow());
            finish(state, rotation);
        });
    }

    @Test
    void killedBeforeItHeardThatItIsAppliedItTellsTheSameAgain() throws IOException {
        List<String> next = new ArrayList<>();
        life((state, spool, rotation) -> next.add(rotation.begin()));
        life((state, spool, rotation) -> {
            rotation.goOn();
            assertThat(bodies(spool)).containsExactly(next.getFirst(), next.getFirst());
            finish(state, rotation);
            assertThat(present(state)).isEqualTo(next.getFirst());
        });
    }

    @Test
    void killedAfterTheChangeItGoesOnWithTheNewKey() throws IOException {
        List<String> next = new ArrayList<>();
        life((state, spool, rotation) -> {
            next.add(rotation.begin());
            state.adoptNextKeys();
        });
        life((state, spool, rotation) -> {
            rotation.goOn();
            assertThat(present(state)).isEqualTo(next.getFirst());
            assertThat(told).as("there is nothing to tell any more").isEmpty();
        });
    }

    @Test
    void aCopyOfAnotherMachineGetsAKeyOfItsOwn() throws IOException {
        String first = keyOn("aa");
        Files.writeString(dir.resolve("state/host.id"), "id\n");
        assertThat(keyOn("aa")).isEqualTo(first);
        assertThat(keyOn("")).as("not known").isEqualTo(first);
        assertThat(dir.resolve("state/host.id")).exists();
        String second = keyOn("bb");
        assertThat(second).isNotEqualTo(first);
        assertThat(dir.resolve("state/host.id")).doesNotExist();
        assertThat(keyOn("bb")).isEqualTo(second);
    }

    private String keyOn(String machine) {
        try (StateFolder state = StateFolder.open(dir.resolve("state"))) {
            return state.keys(random, machine).publicKey().fingerprint();
        }
    }

    private void life(Life life) throws IOException {
        told.clear();
        changed.clear();
        try (StateFolder state = StateFolder.open(dir.resolve("state"));
                Spool spool = Spool.open(state.spool(), 1_000_000, random)) {
            state.keys(random, "aa");
            life.live(state, spool, new KeyRotation(state, spool, Runnable::run, random, told::add, changed::add));
        }
    }

    private void finish(StateFolder state, KeyRotation rotation) {
        String next = rotation.next().orElseThrow();
        told.forEach(each -> each.applied().run());
        assertThat(present(state)).isEqualTo(next);
        assertThat(changed).hasSize(1);
    }

    private String present(StateFolder state) {
        return state.keys(random, "aa").publicKey().fingerprint();
    }

    private static List<String> bodies(Spool spool) {
        return spool.peek(SpoolChannel.CONTROL, 1, 10, 10_000).stream()
                .filter(record -> record.type() == RecordType.KEY_NEXT)
                .map(StreamRecord::body)
                .map(body -> KeyNext.decode(body).publicKey().fingerprint())
                .toList();
    }
}
