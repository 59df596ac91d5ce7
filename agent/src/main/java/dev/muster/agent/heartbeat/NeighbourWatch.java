package dev.muster.agent.heartbeat;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.wire.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Beats for each neighbour, and tells which of them fall silent and come back. No clock, no thread, one owner, who calls
 * {@link #tick} when {@link #nextDeadlineNanos} says and does what is returned.
 *
 * <p>Silence is measured on a clock of its own, which stands still while the owner runs later than planned: a paused or overloaded agent
 * did not listen, and what it did not hear says nothing. After a longer pause it listens for a while before it reports anybody. Clocks
 * of other hosts are never looked at.
 */
public final class NeighbourWatch {
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** liveness.md: five times a second. */
    private static final long PROBE_NANOS = SECOND_NANOS / 5;

    /** Answers to probes, to each neighbour: twice as often as it may ask. */
    private static final long ANSWER_NANOS = PROBE_NANOS / 2;

    /** What was never heard may not have its list yet, or be starting with us: that much longer. */
    static final long FIRST_CONTACT_NANOS = 10 * SECOND_NANOS;

    /** From here on a delay of the owner is a pause worth telling. */
    static final long HELD_UP_NANOS = SECOND_NANOS / 2;

    /** After a pause, nobody is reported before this: the beats of two intervals and ten probes. */
    static final long LISTEN_NANOS = 2 * SECOND_NANOS;

    private final long startNanos;
    private final Map<PublicKey, Watched> all = new LinkedHashMap<>();
    private long plannedNanos = Long.MAX_VALUE;
    private long notListenedNanos;
    private long listenUntilNanos = Long.MIN_VALUE;
    private long seq;

    /** How a neighbour stands. */
    public enum Phase {
        /** Not heard yet. */
        CALLED,
        ALIVE,
        /** Overdue: probed. */
        LATE,
        /** Overdue for long: reported. */
        SILENT,
        /** Said that it ends: not expected. */
        LEFT
    }

    /**
     * A neighbour, for {@code status}.
     *
     * @param silence since it was last heard
     */
    public record State(PublicKey key, Phase phase, Duration silence) {}

    /** All times here are of the listening clock. */
    private static final class Watched {
        private Neighbour neighbour;
        private Phase phase = Phase.CALLED;
        private long heardNanos;
        private long dueNanos;
        private long beatNanos;
        private long probeNanos;
        private long answerNanos = Long.MIN_VALUE;

        private Watched(Neighbour neighbour, long now) {
            this.neighbour = neighbour;
            this.heardNanos = now;
            this.dueNanos = now + FIRST_CONTACT_NANOS;
            this.beatNanos = now;
        }

        private long intervalNanos() {
            return neighbour.interval().toNanos();
        }

        private long lateNanos() {
            return dueNanos + neighbour.lateAfter().toNanos();
        }

        private long silentNanos() {
            return dueNanos + neighbour.dead().toNanos();
        }
    }

    /** @param nowNanos of a monotonic clock, as in all calls */
    public NeighbourWatch(long nowNanos) {
        this.startNanos = nowNanos;
    }

    /** These and no others from now on; who stays keeps its phase. */
    public List<Effect> neighbours(Collection<Neighbour> wanted, long nowNanos) {
        var effects = new ArrayList<Effect>();
        heldUp(nowNanos, effects);
        long now = listening(nowNanos);
        var next = new LinkedHashMap<PublicKey, Watched>();
        for (Neighbour neighbour : wanted) {
            Watched known = all.get(neighbour.key());
            if (known == null) {
                known = new Watched(neighbour, now);
            }
            known.neighbour = neighbour;
            next.put(neighbour.key(), known);
        }
        all.clear();
        all.putAll(next);
        plan();
        return effects;
    }

    /** A handshake with it is done, which proves that it runs. */
    public List<Effect> established(PublicKey by, long nowNanos) {
        return heard(by, false, nowNanos);
    }

    /** A fresh heartbeat came. */
    public List<Effect> heartbeat(PublicKey by, Frame.Heartbeat beat, long nowNanos) {
        return heard(by, (beat.flags() & Frame.Heartbeat.ANSWER) != 0, nowNanos);
    }

    /** It said that it ends. */
    public List<Effect> left(PublicKey who, long nowNanos) {
        var effects = new ArrayList<Effect>();
        heldUp(nowNanos, effects);
        Watched watched = all.get(who);
        if (watched != null) {
            watched.phase = Phase.LEFT;
        }
        plan();
        return effects;
    }

    /** Does what is due. */
    public List<Effect> tick(long nowNanos) {
        var effects = new ArrayList<Effect>();
        heldUp(nowNanos, effects);
        long now = listening(nowNanos);
        for (Watched watched : all.values()) {
            judge(watched, now, effects);
            beatIfDue(watched, now, nowNanos, effects);
        }
        plan();
        return effects;
    }

    /** When to call {@link #tick} next; {@link Long#MAX_VALUE} without neighbours. */
    public long nextDeadlineNanos() {
        return plannedNanos;
    }

    public List<State> states(long nowNanos) {
        long now = listening(nowNanos);
        return all.values().stream()
                .map(each -> new State(each.neighbour.key(), each.phase, Duration.ofNanos(now - each.heardNanos)))
                .toList();
    }

    private List<Effect> heard(PublicKey by, boolean answer, long nowNanos) {
        var effects = new ArrayList<Effect>();
        heldUp(nowNanos, effects);
        Watched watched = all.get(by);
        if (watched == null || watched.neighbour.watching() == Neighbour.Watching.BEATS_ONLY) {
            return effects;
        }
        long now = listening(nowNanos);
        if (watched.phase == Phase.SILENT) {
            effects.add(new Effect.Back(by, Duration.ofNanos(now - watched.heardNanos)));
        }
        // No beat was due while it was away.
        watched.beatNanos = Math.max(watched.beatNanos, now);
        watched.phase = Phase.ALIVE;
        watched.heardNanos = now;
        watched.dueNanos = now + watched.intervalNanos();
        if (answer && now >= watched.answerNanos) {
            watched.answerNanos = now + ANSWER_NANOS;
            effects.add(beat(watched, 0, nowNanos));
        }
        plan();
        return effects;
    }

    private void judge(Watched watched, long now, List<Effect> effects) {
        if (watched.neighbour.watching() == Neighbour.Watching.BEATS_ONLY) {
            return;
        }
        switch (watched.phase) {
            case CALLED, ALIVE -> {
                if (now >= watched.lateNanos()) {
                    watched.phase = Phase.LATE;
                    watched.probeNanos = now;
                    effects.add(new Effect.Doubt(watched.neighbour.key()));
                }
            }
            case LATE -> {
                if (now >= watched.silentNanos() && now >= listenUntilNanos) {
                    watched.phase = Phase.SILENT;
                    effects.add(new Effect.Silent(watched.neighbour.key(), Duration.ofNanos(now - watched.heardNanos)));
                }
            }
            case SILENT, LEFT -> {}
        }
    }

    private void beatIfDue(Watched watched, long now, long nowNanos, List<Effect> effects) {
        if (watched.phase == Phase.LEFT) {
            return;
        }
        boolean probe = watched.phase == Phase.LATE && now >= watched.probeNanos;
        if (probe || now >= watched.beatNanos) {
            effects.add(beat(watched, probe ? Frame.Heartbeat.ANSWER : 0, nowNanos));
            watched.beatNanos = now + watched.intervalNanos();
            watched.probeNanos = now + PROBE_NANOS;
        }
    }

    private Effect beat(Watched to, int flags, long nowNanos) {
        long uptimeMillis = (nowNanos - startNanos) / 1_000_000;
        long number = seq++ & 0xFFFF_FFFFL;
        return new Effect.Beat(
                to.neighbour.key(),
                new Frame.Heartbeat(flags, number, to.neighbour.interval().toMillis(), uptimeMillis));
    }

    private long listening(long nowNanos) {
        return nowNanos - notListenedNanos;
    }

    /** Stops the listening clock for as long as the owner is late. */
    private void heldUp(long nowNanos, List<Effect> effects) {
        long late = nowNanos - plannedNanos;
        if (plannedNanos == Long.MAX_VALUE || late <= 0) {
            return;
        }
        notListenedNanos += late;
        plannedNanos = nowNanos;
        if (late >= HELD_UP_NANOS) {
            listenUntilNanos = listening(nowNanos) + LISTEN_NANOS;
            effects.add(new Effect.HeldUp(Duration.ofNanos(late)));
        }
    }

    private void plan() {
        long next = all.values().stream().mapToLong(this::nextNanos).min().orElse(Long.MAX_VALUE);
        plannedNanos = next == Long.MAX_VALUE ? next : next + notListenedNanos;
    }

    private long nextNanos(Watched watched) {
        boolean beatsOnly = watched.neighbour.watching() == Neighbour.Watching.BEATS_ONLY;
        return switch (watched.phase) {
            case CALLED, ALIVE -> beatsOnly ? watched.beatNanos : Math.min(watched.beatNanos, watched.lateNanos());
            case LATE -> Math.min(watched.beatNanos, watched.probeNanos);
            case SILENT -> watched.beatNanos;
            case LEFT -> Long.MAX_VALUE;
        };
    }
}
