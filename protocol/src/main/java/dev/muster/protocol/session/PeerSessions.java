package dev.muster.protocol.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The sessions held with one other agent, and which of them to send on. Packets are taken on each of them.
 *
 * <p>The newest is the one to send on: who begins a new one has lost the old one, or wants new keys. Both sides often begin at once,
 * though; of sessions about as old as each other, both choose the one that the smaller static key began, once it is known that the other
 * side has it: it may have lost the first packet on it, and would not hear us. Where they choose differently,
 * at the edge of that span, nothing is lost but order, since the other one is kept for as long as it is heard on.
 */
final class PeerSessions {
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** More than a handshake takes with all its retries that are still answered. */
    static final long SIMULTANEOUS_NANOS = 10 * SECOND_NANOS;

    /** A session that is not sent on is given up after this long a silence. */
    static final long UNUSED_NANOS = 60 * SECOND_NANOS;

    private static final long REKEY_NANOS = 3_600 * SECOND_NANOS;
    private static final double REKEY_JITTER = 0.1;

    /** The one who began a session renews it; the other one does where it does not. */
    private static final double PATIENCE = 1.5;

    /** Two that were begun at once, and the same again after a rekey. */
    private static final int MAX = 4;

    private final PeerSession.Initiator preferred;
    private final List<PeerSession> held = new ArrayList<>();

    PeerSessions(PeerSession.Initiator preferred) {
        this.preferred = preferred;
    }

    /** Takes a new one; those with an earlier run of the peer are gone. Returns what is held no longer, wiped. */
    List<PeerSession> add(PeerSession next) {
        var gone = new ArrayList<PeerSession>();
        held.stream().filter(each -> each.peerRun != next.peerRun).forEach(gone::add);
        held.removeAll(gone);
        if (held.size() == MAX) {
            gone.add(held.removeFirst());
        }
        held.add(next);
        return wiped(gone);
    }

    /** The one to send on; empty where a handshake is needed first. */
    Optional<PeerSession> sending(long nowNanos) {
        List<PeerSession> usable =
                held.stream().filter(each -> each.session.maySend(nowNanos)).toList();
        if (usable.isEmpty()) {
            return Optional.empty();
        }
        long newest = bornNanos(usable.getLast());
        return usable.stream()
                .filter(each -> newest - bornNanos(each) < SIMULTANEOUS_NANOS)
                .max(Comparator.<PeerSession>comparingInt(
                                each -> each.initiator == preferred && each.isHeldByBoth() ? 1 : 0)
                        .thenComparingLong(PeerSessions::bornNanos));
    }

    /** When to begin a new session; {@link Long#MIN_VALUE} for at once. */
    long rekeyAtNanos(double jitter, long nowNanos) {
        return sending(nowNanos)
                .map(each -> bornNanos(each) + lifeNanos(each.initiator, jitter))
                .orElse(Long.MIN_VALUE);
    }

    /** Gives up what is worn out, or is neither sent nor heard on. Returns what is held no longer, wiped. */
    List<PeerSession> expire(long nowNanos) {
        Optional<PeerSession> sending = sending(nowNanos);
        List<PeerSession> gone = held.stream()
                .filter(each -> nowNanos - bornNanos(each) >= SecureSession.MAX_AGE_NANOS
                        || sending.filter(used -> isUnused(each, used, nowNanos))
                                .isPresent())
                .toList();
        held.removeAll(gone);
        return wiped(gone);
    }

    /** Everything is over. Returns what is held no longer, wiped. */
    List<PeerSession> clear() {
        List<PeerSession> gone = List.copyOf(held);
        held.clear();
        return wiped(gone);
    }

    private static boolean isUnused(PeerSession each, PeerSession used, long nowNanos) {
        return each != used && nowNanos - Math.max(each.heardNanos(), bornNanos(used)) >= UNUSED_NANOS;
    }

    private static long lifeNanos(PeerSession.Initiator initiator, double jitter) {
        double life = REKEY_NANOS * (1 + REKEY_JITTER * (2 * jitter - 1));
        return (long) (initiator == PeerSession.Initiator.US ? life : PATIENCE * life);
    }

    private static long bornNanos(PeerSession each) {
        return each.session.bornNanos();
    }

    private static List<PeerSession> wiped(List<PeerSession> gone) {
        gone.forEach(each -> each.session.wipe());
        return gone;
    }
}
