package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.SpoolId;
import java.util.HashMap;
import java.util.Map;

/** What survives a collector's process, in a {@link Schedule}: how far each spool was applied, and what it said. */
final class Database {
    record Position(SpoolId spool, int channel) {}

    private record Fact(PublicKey agent, long instance) {}

    /** Applied through this number, by position. */
    private final Map<Position, Long> last;

    private final Map<Fact, Long> versions;

    /** Of all the histories that this database had. */
    private final Map<Position, Long> everApplied;

    Database() {
        this(Map.of(), Map.of(), new HashMap<>());
    }

    private Database(Map<Position, Long> last, Map<Fact, Long> versions, Map<Position, Long> everApplied) {
        this.last = new HashMap<>(last);
        this.versions = new HashMap<>(versions);
        this.everApplied = everApplied;
    }

    /** A backup, or what is restored from one. */
    Database copy() {
        return new Database(last, versions, everApplied);
    }

    long last(Position position) {
        return last.getOrDefault(position, 0L);
    }

    boolean everApplied(Position position, long seq) {
        return everApplied.getOrDefault(position, 0L) >= seq;
    }

    void apply(PublicKey agent, Position position, StreamRecord record) {
        assertThat(record.seq()).as("once and in order on %s", position).isEqualTo(last(position) + 1);
        last.put(position, record.seq());
        everApplied.merge(position, record.seq(), Math::max);
        if (position.channel() == SpooledAgent.RESULTS) {
            versions.put(new Fact(agent, Body.instance(record)), Body.version(record));
        }
    }

    Map<Long, Long> facts(PublicKey agent) {
        var facts = new HashMap<Long, Long>();
        versions.forEach((fact, version) -> {
            if (fact.agent.equals(agent)) {
                facts.put(fact.instance, version);
            }
        });
        return facts;
    }
}
