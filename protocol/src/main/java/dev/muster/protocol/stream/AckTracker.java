package dev.muster.protocol.stream;

import dev.muster.protocol.wire.Frame.Ack;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Which packets of the peer arrived, and when to say so, RFC 9000 section 13.2: every second ack-eliciting packet, after
 * 25 ms at the latest, at once when a packet is out of order, a duplicate, or says itself that its sender waits for it.
 */
final class AckTracker {
    private static final int PACKETS_PER_ACK = 2;
    private static final long MAX_DELAY_MICROS = 0xFFFF_FFFFL;

    /** 16 bits on the wire. */
    private static final int MAX_STEP = 0xFFFF;

    /** What the packet says about when to acknowledge it. */
    enum Urgency {
        /** Nothing in it asks for an acknowledgement. */
        NONE,
        /** May wait for a second packet or 25 ms. */
        DELAYED,
        /** The sender waits for it: nothing else follows, or something before it is missing. */
        AT_ONCE
    }

    private final RangeSet numbers = new RangeSet();
    private long largestNanos;
    private int unacked;
    private boolean atOnce;
    private long deadlineNanos = Long.MAX_VALUE;

    /** A packet whose content was kept. */
    void received(long number, Urgency urgency, long nowNanos) {
        boolean duplicate = numbers.contains(number);
        boolean inOrder = number == largest() + 1;
        if (number > largest()) {
            largestNanos = nowNanos;
        }
        numbers.add(number, number + 1);
        if (numbers.size() > Ack.MAX_RANGES) {
            numbers.removeFirst();
        }
        if (urgency == Urgency.NONE) {
            return;
        }
        unacked++;
        if (duplicate || !inOrder || urgency == Urgency.AT_ONCE || unacked >= PACKETS_PER_ACK) {
            atOnce = true;
        }
        deadlineNanos = Math.min(deadlineNanos, atOnce ? nowNanos : nowNanos + RttEstimator.MAX_ACK_DELAY_NANOS);
    }

    /** Whether an acknowledgement is owed, so that any packet sent should carry it. */
    boolean owed() {
        return unacked > 0;
    }

    /** When an acknowledgement has to go even alone; {@link Long#MAX_VALUE} for never. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    /** The acknowledgement that is {@link #owed}, as of now. */
    Ack build(long nowNanos) {
        var ranges = new ArrayList<Ack.Range>();
        Ack.@Nullable Range newer = null;
        for (int i = numbers.size() - 1; i >= 0 && (newer == null || reachable(newer, i)); i--) {
            long last = numbers.end(i) - 1;
            newer = new Ack.Range(Math.max(numbers.start(i), last - MAX_STEP), last);
            ranges.add(newer);
        }
        long delayMicros = Math.max(0, nowNanos - largestNanos) / 1_000;
        return new Ack(Math.min(delayMicros, MAX_DELAY_MICROS), ranges);
    }

    /** The acknowledgement was put into a packet. */
    void sent() {
        unacked = 0;
        atOnce = false;
        deadlineNanos = Long.MAX_VALUE;
    }

    /** The peer has an acknowledgement that named this number: older ones need not be repeated. */
    void confirmed(long largestAcked) {
        numbers.remove(0, Math.min(largestAcked, largest()));
    }

    private long largest() {
        return numbers.isEmpty() ? -1 : numbers.end(numbers.size() - 1) - 1;
    }

    private boolean reachable(Ack.Range newer, int older) {
        return newer.first() - numbers.end(older) - 1 <= MAX_STEP;
    }
}
