package dev.muster.protocol.stream;

import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.Frame.Ack;
import dev.muster.protocol.wire.ProtocolViolation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Loss detection, RFC 9002 section 6: a packet is lost when one sent {@link #threshold} later, or one sent a loss delay
 * later, is acknowledged; silence makes the sender probe.
 *
 * <p>The packet threshold adapts (section 6.1.1): a packet declared lost that is acknowledged after all shows how far
 * the path reorders.
 */
final class LossDetector {
    /** Section 6.1.1. */
    static final int INITIAL_PACKET_THRESHOLD = 3;

    /** Specification. */
    static final int MAX_PACKET_THRESHOLD = 32;

    /** Specification: cap of the probe timeout with its back-off. */
    static final long MAX_PROBE_TIMEOUT_NANOS = 60_000_000_000L;

    /** Enough for two windows of full packets; only bounds what a late acknowledgement can correct. */
    private static final int REMEMBERED_LOST = 128;

    /** Mostly nothing is on its way. */
    private static final NavigableMap<Long, SentPacket> NONE = Collections.emptyNavigableMap();

    /**
     * What an acknowledgement changed.
     *
     * @param late declared lost before; they arrived after all
     */
    record Outcome(List<SentPacket> acked, List<SentPacket> late, List<SentPacket> lost, boolean persistent) {}

    private NavigableMap<Long, SentPacket> inFlight = NONE;
    private NavigableMap<Long, SentPacket> remembered = NONE;

    /** Acknowledged numbers not older than the oldest in flight: they interrupt persistent congestion. */
    private final RangeSet acked = new RangeSet();

    private long largestSent = -1;
    private long largestAcked = -1;
    private int threshold = INITIAL_PACKET_THRESHOLD;
    private long lossNanos = Long.MAX_VALUE;
    private long probeBaseNanos;
    private int probeCount;
    private int backOff;

    /** A number was used for a packet that needs no acknowledgement. */
    void numberUsed(long number) {
        largestSent = Math.max(largestSent, number);
    }

    void sent(SentPacket packet) {
        numberUsed(packet.number());
        inFlight = with(inFlight, packet);
        probeBaseNanos = packet.sentNanos();
    }

    Outcome onAck(Ack ack, RttEstimator rtt, long nowNanos) throws ProtocolViolation {
        if (ack.largest() > largestSent) {
            throw new ProtocolViolation(CloseReason.ACK_OF_UNSENT, "ACK of packet " + ack.largest() + " never sent");
        }
        var newly = new ArrayList<SentPacket>();
        var late = new ArrayList<SentPacket>();
        for (Ack.Range range : ack.ranges()) {
            take(inFlight, range, newly);
            take(remembered, range, late);
            acked.add(range.first(), range.last() + 1);
        }
        late.forEach(this::widenThreshold);
        largestAcked = Math.max(largestAcked, ack.largest());
        if (newly.isEmpty()) {
            forgetAcked();
            return new Outcome(newly, late, List.of(), false);
        }
        SentPacket newest = newly.getFirst();
        if (newest.number() == ack.largest()) {
            rtt.sample(nowNanos - newest.sentNanos(), ack.delayMicros() * 1_000);
        }
        probeCount = 0;
        if (!largerMissing(newly)) {
            backOff = 0;
        }
        List<SentPacket> lost = detectLost(rtt, nowNanos);
        boolean persistent = persistent(lost, rtt);
        forgetAcked();
        forgetLost(rtt, nowNanos);
        return new Outcome(newly, late, lost, persistent);
    }

    /**
     * Whether something older and larger than all of these did not arrive: the path may swallow large packets, and that it lets small ones
     * through says nothing about them. Else a large packet would be repeated at the pace of the small probes beside it, for ever.
     */
    private boolean largerMissing(List<SentPacket> arrived) {
        int largest = arrived.stream().mapToInt(SentPacket::bytes).max().orElse(0);
        return inFlight.headMap(arrived.getFirst().number()).values().stream()
                .anyMatch(older -> older.bytes() > largest);
    }

    private void forgetAcked() {
        acked.remove(0, inFlight.isEmpty() ? largestSent + 1 : inFlight.firstKey());
        inFlight = inFlight.isEmpty() ? NONE : inFlight;
    }

    /** What did not arrive in this time has long been sent again: to know that it did would change nothing. */
    private void forgetLost(RttEstimator rtt, long nowNanos) {
        while (!remembered.isEmpty()
                && nowNanos - remembered.firstEntry().getValue().sentNanos() > rtt.persistentCongestionNanos()) {
            remembered.pollFirstEntry();
        }
        remembered = remembered.isEmpty() ? NONE : remembered;
    }

    /** Packets in flight that are lost by now; they are in flight no more. */
    List<SentPacket> detectLost(RttEstimator rtt, long nowNanos) {
        lossNanos = Long.MAX_VALUE;
        var lost = new ArrayList<SentPacket>();
        long delay = rtt.lossDelayNanos();
        Iterator<SentPacket> older = inFlight.headMap(largestAcked).values().iterator();
        while (older.hasNext()) {
            SentPacket packet = older.next();
            long due = packet.sentNanos() + delay;
            if (due <= nowNanos || largestAcked - packet.number() >= threshold) {
                lost.add(packet);
                older.remove();
                remember(packet);
            } else {
                lossNanos = Math.min(lossNanos, due);
            }
        }
        return lost;
    }

    /** When packets in flight become lost for their age; {@link Long#MAX_VALUE} for never. */
    long lossNanos() {
        return lossNanos;
    }

    /** When to probe, section 6.2; {@link Long#MAX_VALUE} for never. */
    long probeNanos(RttEstimator rtt) {
        if (inFlight.isEmpty() || lossNanos != Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        return probeBaseNanos + probeTimeoutNanos(rtt.probeTimeoutNanos(), backOff);
    }

    /** The probe timeout passed. */
    void probed(long nowNanos) {
        probeCount++;
        backOff++;
        probeBaseNanos = nowNanos;
    }

    /** What was sent so far went another way: its silence counts no more. */
    void forgetProbes(long nowNanos) {
        probeCount = 0;
        backOff = 0;
        probeBaseNanos = nowNanos;
    }

    static long probeTimeoutNanos(long firstNanos, int count) {
        return Math.min(firstNanos << Math.min(count, 10), MAX_PROBE_TIMEOUT_NANOS);
    }

    int probeCount() {
        return probeCount;
    }

    int threshold() {
        return threshold;
    }

    List<SentPacket> oldestInFlight(int atMost) {
        return inFlight.values().stream().limit(atMost).toList();
    }

    int inFlightPackets() {
        return inFlight.size();
    }

    private static NavigableMap<Long, SentPacket> with(NavigableMap<Long, SentPacket> map, SentPacket packet) {
        NavigableMap<Long, SentPacket> own = map.isEmpty() ? new TreeMap<>() : map;
        own.put(packet.number(), packet);
        return own;
    }

    private static void take(NavigableMap<Long, SentPacket> from, Ack.Range range, List<SentPacket> into) {
        if (from.isEmpty()) {
            return;
        }
        var matching = from.subMap(range.first(), true, range.last(), true);
        into.addAll(matching.descendingMap().values());
        matching.clear();
    }

    private void widenThreshold(SentPacket late) {
        long needed = largestAcked - late.number() + 1;
        threshold = Math.clamp(needed, threshold, MAX_PACKET_THRESHOLD);
    }

    private void remember(SentPacket packet) {
        remembered = with(remembered, packet);
        if (remembered.size() > REMEMBERED_LOST) {
            remembered.pollFirstEntry();
        }
    }

    /** Section 7.6.2: a run of lost packets, none acknowledged between them, that spans the duration. */
    private boolean persistent(List<SentPacket> lost, RttEstimator rtt) {
        if (lost.isEmpty() || !rtt.sampled()) {
            return false;
        }
        SentPacket first = lost.getFirst();
        for (SentPacket packet : lost) {
            if (acked.intersects(first.number(), packet.number())) {
                first = packet;
            }
            if (packet.sentNanos() - first.sentNanos() > rtt.persistentCongestionNanos()) {
                return true;
            }
        }
        return false;
    }
}
