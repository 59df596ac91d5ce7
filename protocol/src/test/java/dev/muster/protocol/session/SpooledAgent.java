package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.SpoolId;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** An agent of a {@link Schedule}: a spool that outlives its processes, and a process that does with it what a link does. */
final class SpooledAgent implements InitiatorListener {
    static final int CONTROL = 0;
    static final int RESULTS = 1;
    private static final int INSTANCES = 12;
    private static final long UNKNOWN = 0;

    /** What is on the disk, and in its backup. */
    private static final class Spool {
        final SpoolId id;
        final List<TreeMap<Long, StreamRecord>> kept = List.of(new TreeMap<>(), new TreeMap<>());
        final long[] next = {1, 1};
        final long[] applied = {0, 0};
        final Map<Long, Long> facts = new HashMap<>();

        Spool(SpoolId id) {
            this.id = id;
        }

        Spool copy() {
            var copy = new Spool(id);
            for (int channel = 0; channel < next.length; channel++) {
                copy.kept.get(channel).putAll(kept.get(channel));
                copy.next[channel] = next[channel];
                copy.applied[channel] = applied[channel];
            }
            copy.facts.putAll(facts);
            return copy;
        }
    }

    final InetSocketAddress home;
    final StaticKeys keys;
    private final Schedule schedule;
    private final long[] cursor = {UNKNOWN, UNKNOWN};
    private final Set<String> told = new HashSet<>();
    private Spool spool;
    private Spool backup;
    private boolean restored;
    private long version;
    private long beats;
    private InitiatorEndpoint endpoint;

    SpooledAgent(Schedule schedule, InetSocketAddress home) {
        this.schedule = schedule;
        this.home = home;
        this.keys = StaticKeys.generate(schedule.random());
        this.spool = new Spool(SpoolId.random(schedule.random()));
        this.backup = spool.copy();
        this.endpoint = start();
    }

    PublicKey key() {
        return keys.publicKey();
    }

    /** The process is killed, and comes again. */
    void restart() {
        endpoint = start();
    }

    private InitiatorEndpoint start() {
        Arrays.fill(cursor, UNKNOWN);
        var network = schedule.network();
        var config = new InitiatorConfig(
                keys, spool.id, schedule.random().nextLong(), schedule.limits(), schedule.random(), network.clock());
        InitiatorEndpoint fresh = network.attach(home, out -> new InitiatorEndpoint(config, out, this));
        fresh.collectors(
                List.of(new Collector(Schedule.COLLECTOR, schedule.collector().key())));
        return fresh;
    }

    void backUp() {
        backup = spool.copy();
    }

    /** Host and spool are as they were at the backup; nothing new is said before the collector was heard. */
    void restore() {
        spool = backup.copy();
        restored = true;
        restart();
    }

    void add(int records) {
        if (restored && (cursor[CONTROL] == UNKNOWN || cursor[RESULTS] == UNKNOWN)) {
            // It would use numbers again, and only the digest, which is not part of this, finds what that hides.
            return;
        }
        for (int i = 0; i < records; i++) {
            if (schedule.random().nextInt(4) == 0) {
                append(
                        CONTROL,
                        RecordType.PEER_REPORT,
                        1_000,
                        ++version,
                        schedule.random().nextInt(200));
            } else {
                long instance = schedule.random().nextInt(INSTANCES);
                spool.facts.put(instance, ++version);
                append(RESULTS, RecordType.FACTS, instance, version, schedule.size());
            }
        }
        pump();
    }

    private void append(int channel, int type, long instance, long itsVersion, int filler) {
        long seq = spool.next[channel]++;
        spool.kept.get(channel).put(seq, new StreamRecord(seq, type, Body.of(instance, itsVersion, filler)));
    }

    void beat() {
        endpoint.heartbeat(
                new Frame.Heartbeat(0, ++beats, 1_000, 0), schedule.network().nowNanos());
    }

    private void pump() {
        for (int channel = 0; channel < cursor.length; channel++) {
            while (cursor[channel] != UNKNOWN && offered(channel)) {
                cursor[channel]++;
            }
        }
    }

    private boolean offered(int channel) {
        StreamRecord next = spool.kept.get(channel).get(cursor[channel]);
        return next != null && endpoint.offer(channel, next);
    }

    @Override
    public void resume(int channel, SpoolId wanted, long nextSeq) {
        if (!wanted.equals(spool.id) || cursor[channel] != UNKNOWN) {
            return;
        }
        boolean behind = nextSeq <= spool.applied[channel];
        assertThat(behind && !schedule.databaseWentBack())
                .as("asked for %d, which was reported as applied", nextSeq)
                .isFalse();
        if (behind || nextSeq > spool.next[channel]) {
            beginSpool();
            return;
        }
        forget(channel, nextSeq - 1);
        cursor[channel] = schedule.is(Schedule.Lapse.AGENT_IGNORES_RESUME) ? 1 : nextSeq;
        pump();
    }

    private void beginSpool() {
        var fresh = new Spool(SpoolId.random(schedule.random()));
        fresh.facts.putAll(spool.facts);
        spool = fresh;
        Arrays.fill(cursor, UNKNOWN);
        fresh.facts.forEach((instance, itsVersion) -> append(RESULTS, RecordType.FACTS, instance, itsVersion, 300));
        endpoint.startOver(spool.id, schedule.network().nowNanos());
    }

    @Override
    public void applied(int channel, long seq) {
        var position = new Database.Position(spool.id, channel);
        assertThat(schedule.collector().database().everApplied(position, seq))
                .as("APPLIED %d comes after the commit", seq)
                .isTrue();
        forget(channel, seq);
        pump();
    }

    private void forget(int channel, long through) {
        spool.applied[channel] = Math.max(spool.applied[channel], through);
        if (!schedule.is(Schedule.Lapse.AGENT_IGNORES_RESUME)) {
            spool.kept.get(channel).headMap(through, true).clear();
        }
    }

    /** Whether the collector has all of it. */
    boolean done() {
        return spool.applied[CONTROL] == spool.next[CONTROL] - 1 && spool.applied[RESULTS] == spool.next[RESULTS] - 1;
    }

    void assertNothingLost(Database database) {
        if (!restored) {
            assertThat(database.facts(key())).as("nothing is lost").containsAllEntriesOf(spool.facts);
        }
    }

    @Override
    public void established(Established session) {
        if (!session.streamsContinue()) {
            Arrays.fill(cursor, UNKNOWN);
        }
        pump();
    }

    @Override
    public void writable() {
        pump();
    }

    @Override
    public void lost(String reason) {
        assertThat(reason).as("sessions end for a cause").doesNotContain("violation", "closed by the collector");
        if (reason.equals("the collector was restarted")) {
            schedule.assertForgotten(home);
        }
    }

    @Override
    public void record(int channel, StreamRecord record) {
        assertThat(told.add(Body.instance(record) + "/" + Body.version(record)))
                .as("told once")
                .isTrue();
    }

    @Override
    public void deadRecord(int channel, long seq, int type, String error) {
        throw new AssertionError(error);
    }

    @Override
    public String toString() {
        return home + " next " + Arrays.toString(spool.next) + " applied " + Arrays.toString(spool.applied)
                + " offered " + Arrays.toString(cursor);
    }
}
