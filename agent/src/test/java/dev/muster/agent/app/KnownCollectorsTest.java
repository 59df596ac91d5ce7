package dev.muster.agent.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.message.CollectorKeys;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class KnownCollectorsTest {
    private static final PublicKey FIRST = key(1);
    private static final PublicKey SECOND = key(2);
    private static final PublicKey THIRD = key(3);
    private static final PublicKey FOREIGN = key(9);

    private final AtomicReference<Optional<byte[]>> saved = new AtomicReference<>(Optional.empty());
    private KnownCollectors known = load();

    @Test
    void learnsTheSpareInASessionOfTheKeyInUse() {
        assertThat(known.usable()).containsExactly(FIRST);
        assertThat(known.said(FIRST, keys(FIRST, SECOND))).isTrue();
        assertThat(known.said(FIRST, keys(FIRST, SECOND))).isFalse();
        assertThat(known.usable()).containsExactly(SECOND, FIRST);
        known = load();
        assertThat(known.usable()).as("after a restart").containsExactly(SECOND, FIRST);
    }

    @Test
    void theKeyBeforeIsOutOfUseOnceItsSuccessorHasSpoken() {
        known.said(FIRST, keys(FIRST, SECOND));
        assertThat(known.said(SECOND, keys(SECOND, THIRD))).isTrue();
        assertThat(known.usable()).containsExactly(THIRD, SECOND);
        known.said(THIRD, new CollectorKeys(THIRD, Optional.empty()));
        known = load();
        assertThat(known.usable()).containsExactly(THIRD);
        assertThat(known.lines()).hasSize(3).anyMatch(line -> line.contains("out of use"));
    }

    @Test
    void whoMissedTheRotationLearnsTheNewKeyInASessionOfTheOldOne() {
        assertThat(known.said(FIRST, keys(SECOND, THIRD))).isTrue();
        assertThat(known.usable()).containsExactly(SECOND, FIRST);
        known.said(SECOND, keys(SECOND, THIRD));
        assertThat(known.usable()).containsExactly(THIRD, SECOND);
    }

    @Test
    void whoStoleTheKeyInUseCanNeitherReplaceTheSpareNorShutItOut() {
        known.said(FIRST, keys(FIRST, SECOND));
        assertThat(known.said(FIRST, keys(FIRST, FOREIGN))).isFalse();
        assertThat(known.said(FIRST, keys(FOREIGN, FOREIGN))).isFalse();
        assertThat(known.usable()).containsExactly(SECOND, FIRST);
        known.said(SECOND, keys(SECOND, THIRD));
        assertThat(known.usable()).as("the thief is out").containsExactly(THIRD, SECOND);
        assertThat(known.said(SECOND, keys(SECOND, FIRST))).as("and stays out").isFalse();
    }

    @Test
    void aDamagedFileLeavesTheInstalledKeys() {
        for (String text : List.of("next", "next AAAA BBBB", "retired ", "nonsense", "\u0000")) {
            saved.set(Optional.of(text.getBytes(US_ASCII)));
            assertThat(load().usable()).containsExactly(FIRST);
        }
    }

    private KnownCollectors load() {
        return KnownCollectors.load(List.of(FIRST), saved.get(), text -> saved.set(Optional.of(text)));
    }

    private static CollectorKeys keys(PublicKey current, PublicKey spare) {
        return new CollectorKeys(current, Optional.of(spare));
    }

    private static PublicKey key(long seed) {
        return StaticKeys.generate(new Random(seed)).publicKey();
    }
}
