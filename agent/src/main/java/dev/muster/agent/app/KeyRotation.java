package dev.muster.agent.app;

import dev.muster.agent.spool.Append;
import dev.muster.agent.spool.Spool;
import dev.muster.agent.spool.SpoolChannel;
import dev.muster.protocol.message.KeyNext;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.stream.RecordType;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the agent's key: a next pair on disk, KEY_NEXT through the spool, and once that is applied the next pair takes the place of the
 * present one. Whatever dies in between, the pair on disk is one that the collector knows: it is told again after a restart, and hears the
 * same twice without harm.
 */
final class KeyRotation {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);

    private final StateFolder state;
    private final Spool spool;
    private final Executor disk;
    private final RandomGenerator random;
    private final Consumer<Told> told;
    private final Consumer<StaticKeys> change;

    /** KEY_NEXT has this number in the spool; {@code applied} is to run once it is applied. */
    record Told(long seq, Runnable applied) {}

    /**
     * Changes nothing yet.
     *
     * @param told makes the link watch for the answer
     * @param change from here on this is the agent's key
     */
    KeyRotation(
            StateFolder state,
            Spool spool,
            Executor disk,
            RandomGenerator random,
            Consumer<Told> told,
            Consumer<StaticKeys> change) {
        this.state = state;
        this.spool = spool;
        this.disk = disk;
        this.random = random;
        this.told = told;
        this.change = change;
    }

    /** Goes on where the last run of the agent left off, or a new spool may have lost it. */
    void goOn() {
        disk.execute(() -> state.nextKeys().ifPresent(this::tell));
    }

    /** Answers the fingerprint of the next key, which is in use as soon as the collector has applied it. */
    String begin() throws IOException {
        StaticKeys next = state.makeNextKeys(random);
        disk.execute(() -> tell(next));
        return next.publicKey().fingerprint();
    }

    Optional<String> next() {
        return state.nextKeys().map(keys -> keys.publicKey().fingerprint());
    }

    private void tell(StaticKeys next) {
        byte[] body = new KeyNext(next.publicKey()).encode();
        switch (spool.append(SpoolChannel.CONTROL, RecordType.KEY_NEXT, "", body)) {
            case Append.Stored stored -> told.accept(new Told(stored.seq(), () -> disk.execute(() -> applied(next))));
            case Append.Refused refused -> LOG.error("event=key-next-not-told reason=\"{}\"", refused.text());
        }
    }

    private void applied(StaticKeys next) {
        Optional<StaticKeys> waiting = state.nextKeys();
        if (waiting.isEmpty() || !waiting.get().publicKey().equals(next.publicKey())) {
            return; // told twice, and done already
        }
        try {
            state.adoptNextKeys();
            LOG.info("event=key-changed fingerprint={}", next.publicKey());
            change.accept(next);
        } catch (IOException e) {
            LOG.error("event=key-not-changed error=\"{}\"", e.toString());
        }
    }
}
