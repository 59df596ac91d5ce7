package dev.muster.collector.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.projection.HostFacts;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Severity;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that the graph holds of one host and apply needs to decide: immutable; a change is a copy.
 *
 * @param judgedBy the hash of the rule set that its verdicts come from; empty before the first
 * @param projectedBy the hash of the declarations that its nodes and edges come from; empty before the first
 * @param verdicts by discovery type
 * @param open open findings by {@link FindingKey}
 * @param applied the highest sequence number applied by spool and channel
 */
public record HostRecord(
        Host host,
        Marks marks,
        String judgedBy,
        String projectedBy,
        Map<InstanceKey, Report> reports,
        Map<String, Verdicts> verdicts,
        Map<FindingKey, OpenFinding> open,
        Map<Stream, Long> applied)
        implements FactsView {
    public HostRecord {
        reports = Map.copyOf(reports);
        verdicts = Map.copyOf(verdicts);
        open = Map.copyOf(open);
        applied = Map.copyOf(applied);
    }

    /** A host that has reported nothing. */
    public static HostRecord fresh(Host host) {
        return new HostRecord(host, Marks.NONE, "", "", Map.of(), Map.of(), Map.of(), Map.of());
    }

    @Override
    public String hostName() {
        return host.name();
    }

    @Override
    public Optional<Facts> facts(InstanceKey key) {
        return Optional.ofNullable(reports.get(key)).map(Report::facts);
    }

    @Override
    public Set<String> roles() {
        return marks.roles();
    }

    @Override
    public Set<String> labels() {
        return marks.labels();
    }

    public HostRecord with(Marks changed) {
        return new HostRecord(host, changed, judgedBy, projectedBy, reports, verdicts, open, applied);
    }

    public long applied(Stream stream) {
        return applied.getOrDefault(stream, 0L);
    }

    public HostRecord with(Host changed) {
        return new HostRecord(changed, marks, judgedBy, projectedBy, reports, verdicts, open, applied);
    }

    public HostRecord with(InstanceKey key, Report report) {
        return new HostRecord(host, marks, judgedBy, projectedBy, plus(reports, key, report), verdicts, open, applied);
    }

    public HostRecord with(Stream stream, long seq) {
        return new HostRecord(host, marks, judgedBy, projectedBy, reports, verdicts, open, plus(applied, stream, seq));
    }

    public HostRecord with(String type, Verdicts of) {
        return new HostRecord(host, marks, judgedBy, projectedBy, reports, plus(verdicts, type, of), open, applied);
    }

    public HostRecord with(FindingKey key, OpenFinding finding) {
        return new HostRecord(host, marks, judgedBy, projectedBy, reports, verdicts, plus(open, key, finding), applied);
    }

    public HostRecord without(FindingKey key) {
        var left = new HashMap<>(open);
        left.remove(key);
        return new HostRecord(host, marks, judgedBy, projectedBy, reports, verdicts, left, applied);
    }

    public HostRecord judgedBy(String ruleSet) {
        return new HostRecord(host, marks, ruleSet, projectedBy, reports, verdicts, open, applied);
    }

    public HostRecord projectedBy(String declarations) {
        return new HostRecord(host, marks, judgedBy, declarations, reports, verdicts, open, applied);
    }

    /** Its facts as the graph shows them: of a retired host nothing. */
    public HostFacts shown() {
        Set<InstanceKey> instances = host.status() == HostStatus.RETIRED ? Set.of() : reports.keySet();
        return new HostFacts() {
            @Override
            public String host() {
                return host.id().toString();
            }

            @Override
            public Set<InstanceKey> instances() {
                return instances;
            }

            @Override
            public ObjectNode shown(InstanceKey key) {
                Report report = reports.get(key);
                return report == null ? JsonNodeFactory.instance.objectNode() : report.shown();
            }
        };
    }

    /** About how many characters of JSON it holds in memory. */
    public long weight() {
        long sum = 0;
        for (Report report : reports.values()) {
            sum += report.size();
        }
        return sum;
    }

    private static <K, V> Map<K, V> plus(Map<K, V> map, K key, V value) {
        var copy = new HashMap<>(map);
        copy.put(key, value);
        return copy;
    }

    /**
     * What an instance reported.
     *
     * @param facts the last data under the last status; its hash is that of the last report
     * @param dataHash the hash of the last report that brought data; empty where none ever did
     * @param first when the instance first reported
     * @param since when it became what it is
     * @param changes how many changes its history holds
     * @param size characters of its data as JSON
     * @param shown the data that the graph shows; another than the last where a partial run could not see all of it
     */
    public record Report(
            Facts facts, String dataHash, Instant first, Instant since, long changes, int size, ObjectNode shown) {
        boolean showsOther() {
            return !shown.equals(facts.data());
        }
    }

    /**
     * The verdicts on one discovery type.
     *
     * @param json see {@link Write.PutVerdicts}
     */
    public record Verdicts(ObjectNode json, Instant at, long changes) {}

    /**
     * Names what may be found once at a time.
     *
     * @param instance empty for the unnamed one; its type is the rule's
     */
    public record FindingKey(String rule, String instance) {
        /** From {@code rule} or {@code rule:instance}; rules' ids have no colon. */
        public static FindingKey parse(String key) {
            int colon = key.indexOf(':');
            return colon < 0
                    ? new FindingKey(key, "")
                    : new FindingKey(key.substring(0, colon), key.substring(colon + 1));
        }
    }

    public record OpenFinding(Severity severity, Instant opened) {}

    /** One channel of one spool, which has its own sequence numbers. */
    public record Stream(String spool, int channel) {}
}
