package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.RetainedBytes;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.Frame;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The collector of a {@link Schedule}: a database that outlives its processes, into which what arrives is committed some time later. */
final class StoringCollector {
    /** Small, so that large records have to wait for each other. */
    private static final int BUDGET_BYTES = 160_000;

    /** A record that is arriving, within the window, in each of two channels. */
    private static final long ASSOCIATION_BYTES = 2L * StreamLimits.INITIAL_WINDOW_BYTES;

    private static final int MAX_COMMIT_MILLIS = 300;

    private final Schedule schedule;
    private final StaticKeys keys;
    private final Set<String> beats = new HashSet<>();
    private Database database = new Database();
    private Database backup = database.copy();
    private Running process;
    private long tidings;

    StoringCollector(Schedule schedule) {
        this.schedule = schedule;
        this.keys = StaticKeys.generate(schedule.random());
        this.process = new Running();
    }

    PublicKey key() {
        return keys.publicKey();
    }

    Database database() {
        return database;
    }

    /** The process is killed, what was not committed is gone, and it comes again. */
    void restart() {
        process = new Running();
    }

    void backUp() {
        backup = database.copy();
    }

    void restore() {
        database = backup.copy();
        restart();
    }

    boolean holds(long sid) {
        return process.endpoint.associations().stream()
                .anyMatch(each -> each.session().localSid() == sid);
    }

    void assertBoundedMemory() {
        var associations = process.endpoint.associations();
        assertThat(associations.size()).as("bounded memory: associations").isLessThan(32);
        long retained = associations.stream()
                .mapToLong(each -> RetainedBytes.of(each.channels()))
                .sum();
        assertThat(retained)
                .as("bounded memory: bytes that wait for others")
                .isLessThanOrEqualTo(BUDGET_BYTES + ASSOCIATION_BYTES * associations.size());
    }

    private final class Running implements Acceptor {
        final ResponderEndpoint endpoint;

        Running() {
            var network = schedule.network();
            var config = new ResponderConfig(
                    List.of(keys),
                    new CollectorRun(
                            schedule.random().nextLong(), schedule.random().nextLong()),
                    Duration.ofSeconds(25),
                    StreamLimits.defaults(ReceiveBudget.shared(BUDGET_BYTES)),
                    schedule.random(),
                    network.clock());
            endpoint = network.attach(
                    Schedule.COLLECTOR,
                    out -> new ResponderEndpoint(config, _ -> Trust.TRUSTED, this, out, Offload.INLINE));
        }

        @Override
        public ChannelListener established(Association association) {
            for (int channel = 0; channel < Frame.CHANNELS; channel++) {
                var position = new Database.Position(association.spool(), channel);
                association.resume(channel, database.last(position) + 1);
            }
            association.offer(
                    SpooledAgent.CONTROL, new StreamRecord(0, RecordType.STATUS, Body.of(2_000, ++tidings, 500)));
            return new Storing(this, association);
        }

        @Override
        public void closed(Association association, String reason) {
            assertThat(reason).as("sessions end for a cause").doesNotContain("violation");
        }
    }

    private final class Storing implements ChannelListener {
        private final Running of;
        private final Association association;
        private long commitNanos;

        Storing(Running of, Association association) {
            this.of = of;
            this.association = association;
        }

        @Override
        public void record(int channel, StreamRecord record) {
            assertThat(Body.sound(record)).as("arrives as it was sent").isTrue();
            if (schedule.is(Schedule.Lapse.APPLIED_BEFORE_COMMIT)) {
                association.applied(channel, record.seq());
            }
            long now = schedule.network().nowNanos();
            long wish = now + schedule.random().nextInt(MAX_COMMIT_MILLIS) * 1_000_000L;
            commitNanos = Math.max(commitNanos, wish);
            schedule.network().after(Duration.ofNanos(commitNanos - now), () -> commit(channel, record));
        }

        private void commit(int channel, StreamRecord record) {
            // What a process or an association leaves behind is not committed: the next one asks for it again.
            if (process != of || association.over()) {
                return;
            }
            database.apply(association.agent(), new Database.Position(association.spool(), channel), record);
            association.applied(channel, record.seq());
        }

        @Override
        public void heartbeat(Frame.Heartbeat beat) {
            assertThat(beats.add(association.agent() + "/" + beat.seq()))
                    .as("each heartbeat counts once")
                    .isTrue();
        }

        @Override
        public void deadRecord(int channel, long seq, int type, String error) {
            throw new AssertionError(error);
        }
    }
}
