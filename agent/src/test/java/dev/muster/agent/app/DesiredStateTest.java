package dev.muster.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.heartbeat.Neighbour;
import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.Generation;
import dev.muster.protocol.message.Peers;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DesiredStateTest {
    private static final PublicKey ADA = StaticKeys.generate(new Random(1)).publicKey();
    private static final PublicKey BOB = StaticKeys.generate(new Random(2)).publicKey();
    private static final Desired DESIRED = new Desired(List.of(new Desired.Instance(
            "sums", "a", Desired.Run.ON, Optional.of(Duration.ofMinutes(5)), new TreeMap<>(Map.of("depth", "3")))));
    private static final Peers PEERS = new Peers(List.of(
            agent(ADA, "192.0.2.1"),
            agent(BOB, "192.0.2.2"),
            new Peers.Peer(
                    Peers.Kind.COLLECTOR,
                    StaticKeys.generate(new Random(3)).publicKey(),
                    List.of(),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5))));

    @TempDir
    private Path dir;

    private final AtomicInteger writes = new AtomicInteger();
    private StateFolder folder;

    @BeforeEach
    void open() {
        folder = StateFolder.open(dir.resolve("state"));
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Test
    void anAgentThatWasToldNothingHasNoGenerations() {
        DesiredState state = load();
        assertThat(state.generation()).isEmpty();
        assertThat(state.peersGeneration()).isEmpty();
        assertThat(state.wishes()).isEmpty();
        assertThat(state.neighbours(ADA)).isEmpty();
    }

    @Test
    void whatCameHoldsAfterARestartToo() {
        DesiredState before = load();
        before.take(DESIRED, DESIRED.encode());
        before.take(PEERS, PEERS.encode());
        for (DesiredState state : List.of(before, load())) {
            assertThat(state.generation()).isEqualTo(Generation.of(DESIRED.encode()));
            assertThat(state.peersGeneration()).isEqualTo(Generation.of(PEERS.encode()));
            assertThat(state.wishes()).isEqualTo(DESIRED.instances());
            assertThat(state.neighbours(ADA))
                    .as("nobody is its own neighbour")
                    .extracting(each -> each.neighbour().watching())
                    .containsExactly(Neighbour.Watching.EACH_OTHER, Neighbour.Watching.BEATS_ONLY);
            assertThat(state.neighbours(ADA).getFirst().addresses())
                    .containsExactly(new InetSocketAddress("192.0.2.2", 1_984));
        }
    }

    @Test
    void theSameAgainChangesNothing() {
        DesiredState state = load();
        assertThat(state.take(DESIRED, DESIRED.encode())).isTrue();
        assertThat(state.take(DESIRED, DESIRED.encode())).isFalse();
        assertThat(writes).hasValue(1);
        assertThat(load().take(DESIRED, DESIRED.encode())).isFalse();
        assertThat(state.take(Desired.NOTHING, Desired.NOTHING.encode())).isTrue();
        assertThat(load().wishes()).isEmpty();
    }

    @Test
    void membersOfALaterVersionAreKeptSoThatBothSidesNameTheSameGeneration() {
        byte[] later = new String(DESIRED.encode(), StandardCharsets.UTF_8)
                .replaceFirst("\\{", "{\"later\":1,")
                .getBytes(StandardCharsets.UTF_8);
        load().take(Desired.decode(later), later);
        assertThat(load().generation()).isEqualTo(Generation.of(later));
    }

    @Test
    void onlyTheOwnerMayReadTheFiles() throws IOException {
        DesiredState state = load();
        state.take(DESIRED, DESIRED.encode());
        state.take(PEERS, PEERS.encode());
        for (String name : List.of("desired.json", "peers.json")) {
            Path file = dir.resolve("state").resolve(name);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"instances\":[{\"type\":\"../x\"}]}", "\0\0\0\0", "{\"instances\":7}"})
    void aDamagedFileCountsAsNone(String text) throws IOException {
        Files.writeString(dir.resolve("state").resolve("desired.json"), text);
        DesiredState state = load();
        assertThat(state.generation()).isEmpty();
        assertThat(state.take(DESIRED, DESIRED.encode())).isTrue();
        assertThat(load().wishes()).hasSize(1);
    }

    @Test
    void aFileThatIsTooLargeIsNotRead() throws IOException {
        Files.write(dir.resolve("state").resolve("peers.json"), new byte[5 << 20]);
        assertThat(load().peersGeneration()).isEmpty();
    }

    private DesiredState load() {
        return DesiredState.load(folder, task -> {
            writes.incrementAndGet();
            task.run();
        });
    }

    private static Peers.Peer agent(PublicKey key, String address) {
        return new Peers.Peer(
                Peers.Kind.AGENT,
                key,
                List.of(new InetSocketAddress(address, 1_984)),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5));
    }
}
