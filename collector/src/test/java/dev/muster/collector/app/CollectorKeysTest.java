package dev.muster.collector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.model.Keyring;
import dev.muster.collector.model.Keyring.Old;
import dev.muster.collector.model.Keyring.Place;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CollectorKeysTest {
    @TempDir
    private Path dir;

    private final SecureRandom random = new SecureRandom();

    @Test
    void twoPairsAreMadeAtTheFirstStartAndKept() throws IOException {
        CollectorKeys keys = load();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("spare.key"))))
                .isEqualTo("rw-------");
        assertThat(keys.all()).hasSize(1);
        assertThat(keys.now().place()).isEqualTo(Place.ON_THIS_MACHINE);
        assertThat(keys.told().spare()).contains(publicKey("spare"));
        assertThat(load().now()).isEqualTo(keys.now());
    }

    @Test
    void theSpareIsGivenOnceAndOnlyItsPublicHalfStays() throws IOException {
        CollectorKeys keys = load();
        String secret = keys.spareSecret().orElseThrow();
        assertThat(keys.spareExported("another")).isPresent();
        assertThat(dir.resolve("spare.key")).as("not yet").exists();
        assertThat(keys.spareExported(keys.now().spare())).isEmpty();
        assertThat(dir.resolve("spare.key")).doesNotExist();
        assertThat(keys.spareSecret()).isEmpty();
        assertThat(keys.now().place()).isEqualTo(Place.MOVED_AWAY);
        assertThat(load().told()).as("agents are told the same").isEqualTo(keys.told());
        assertThat(StaticKeys.parse(secret).publicKey()).isEqualTo(publicKey("spare"));
    }

    @Test
    void rotationTakesTheSpareMakesAnotherAndStillAnswersToTheOldOne() throws IOException {
        CollectorKeys before = load();
        String secret = before.spareSecret().orElseThrow();
        assertThat(before.spareExported(before.now().spare())).isEmpty();
        assertThat(before.rotate(Optional.empty(), Old.KEPT))
                .contains("the spare was moved away: say where its file is");
        assertThat(before.rotate(Optional.of(StaticKeys.generate(random).secretText()), Old.KEPT)
                        .orElse(""))
                .startsWith("this is not the spare that agents know");
        assertThat(before.rotate(Optional.of("nonsense"), Old.KEPT).orElse("")).startsWith("the spare is damaged");
        assertThat(load().now()).isEqualTo(before.now());

        assertThat(before.rotate(Optional.of(secret), Old.KEPT)).isEmpty();
        Keyring.Keys meanwhile = before.now();
        assertThat(meanwhile.next())
                .contains(before.told().spare().orElseThrow().fingerprint());
        CollectorKeys after = load();
        assertThat(after.current().publicKey()).isEqualTo(before.told().spare().orElseThrow());
        assertThat(after.all())
                .extracting(StaticKeys::publicKey)
                .containsExactly(after.current().publicKey(), before.current().publicKey());
        assertThat(after.now().next()).isEmpty();
        assertThat(after.now().place()).isEqualTo(Place.ON_THIS_MACHINE);
        assertThat(after.told().spare()).isPresent().isNotEqualTo(before.told().spare());
        assertThat(publicKey("collector")).isEqualTo(after.current().publicKey());

        assertThat(after.rotate(Optional.empty(), Old.DISCARDED)).isEmpty();
        assertThat(load().all()).hasSize(1);
        assertThat(dir.resolve("old.key")).doesNotExist();
    }

    @Test
    void aRotationThatWasCutShortAnywhereLeavesWholePairs() throws IOException {
        CollectorKeys before = load();
        StaticKeys spare = StaticKeys.parse(before.spareSecret().orElseThrow());

        Files.writeString(dir.resolve("collector.pub"), spare.publicKey().toBase64());
        assertThat(load().current().publicKey()).isEqualTo(before.current().publicKey());
        assertThat(publicKey("collector")).isEqualTo(before.current().publicKey());

        Files.writeString(dir.resolve("collector.key"), spare.secretText());
        CollectorKeys after = load();
        assertThat(after.current().publicKey()).isEqualTo(spare.publicKey());
        assertThat(after.told().spare()).isPresent().get().isNotEqualTo(spare.publicKey());

        StaticKeys another = StaticKeys.generate(random);
        Files.writeString(dir.resolve("spare.key"), another.secretText());
        assertThat(load().told().spare()).contains(another.publicKey());
        assertThat(publicKey("spare")).isEqualTo(another.publicKey());
    }

    private CollectorKeys load() {
        return CollectorKeys.loadOrMake(dir, random);
    }

    private PublicKey publicKey(String name) throws IOException {
        return PublicKey.parse(Files.readString(dir.resolve(name + ".pub")));
    }
}
