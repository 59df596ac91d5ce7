package dev.muster.collector.membership;

import java.util.Optional;

/** What the collector itself knows of one host's life. All times are of the listening clock. */
final class Watch {
    /** How far a suspicion got. */
    enum Phase {
        /** Being asked. */
        PROBED,
        /** It did not answer, yet a neighbour may hear it. */
        UNANSWERED,
        /** A verdict is under way to the graph. */
        CONCLUDED
    }

    /** Why somebody looks closer. */
    static final class Suspicion {
        final long sinceNanos;
        Phase phase = Phase.PROBED;
        boolean portClosed;
        boolean calledAgain;

        Suspicion(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }

    Optional<Suspicion> suspicion = Optional.empty();
    boolean connected;
    boolean watched;
    boolean unreachable;
    /** Nobody looks for it before. */
    long awaitedUntilNanos;
    /** Reports are left alone until then: its neighbours are about to hear it again. */
    long reportsHeldUntilNanos = Long.MIN_VALUE;
    /** When its next beat to the collector is overdue. */
    long beatOverdueNanos = Long.MAX_VALUE;

    Watch(long awaitedUntilNanos) {
        this.awaitedUntilNanos = awaitedUntilNanos;
    }

    boolean isTrusted() {
        return connected && suspicion.isEmpty();
    }
}
