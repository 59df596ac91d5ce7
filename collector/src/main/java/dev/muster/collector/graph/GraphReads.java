package dev.muster.collector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.FindingCounts;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Waiver;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** What people and programs may ask. Calls block on the graph, from any thread; each sees committed state only. */
public interface GraphReads {
    /** All hosts, by name. */
    List<Host> hosts();

    /** The host of that name, as shown, or of that id. */
    Optional<Host> host(String nameOrId);

    /** Which instances a host reported and how its last runs went, without their data; by key. */
    List<InstanceReport> instances(HostId host);

    /** The last data, under the last report's status. */
    Optional<StoredFacts> facts(HostId host, InstanceKey key);

    /**
     * The facts as they stood at an instant of the collector's commit time.
     *
     * @return empty where the instance had not reported by then
     */
    Optional<StoredFacts> factsAsOf(HostId host, InstanceKey key, Instant at);

    /** When an instance's facts changed, newest first; each with the reverse delta that leads back before it. */
    List<FactsChange> changes(HostId host, InstanceKey key, int limit);

    /** What changed, newest first, at most {@code filter.limit()}. */
    List<HostChange> changes(ChangeFilter filter);

    /** What every rule says of a host, by type, rule and instance. */
    List<StandingVerdict> verdicts(HostId host);

    /** Every verdict on every host that is not retired, host by host; called while the graph is read, from this thread. */
    void eachVerdict(VerdictReader reader);

    /** Is told of one verdict after the other. */
    @FunctionalInterface
    interface VerdictReader {
        void verdict(HostId host, String hostName, StandingVerdict verdict);
    }

    /** The scores of days, as they were stored, from {@code since} on, by day. */
    SortedMap<LocalDate, JsonNode> scores(LocalDate since);

    /** Newest first, at most {@code filter.limit()}. */
    List<Finding> findings(FindingFilter filter);

    /**
     * Those that were open at an instant of the collector's commit time, with the evidence that they show now or showed last.
     *
     * @param filter its state does not count
     */
    List<Finding> findingsAsOf(FindingFilter filter, Instant at);

    /** Waivers, the newest first; those in force alone, or with those that ended. */
    List<Waiver> waivers(WaiverState state);

    /** Which waivers to list. */
    enum WaiverState {
        IN_FORCE,
        ANY
    }

    /** Roles and labels of all hosts that have any. */
    Map<HostId, Marks> marks();

    /** In order of seq, those after {@code afterSeq}; at most {@code limit} and never more than 10,000. */
    List<Event> events(long afterSeq, int limit);

    /** Numbers about the whole. */
    Status status();

    /** The agents that may speak for hosts now. */
    List<KnownAgent> agents();

    /** The highest sequence number applied of a spool's channel; 0 where there was none. */
    long applied(HostId host, String spool, int channel);

    /** Inputs that could not be applied, newest first. */
    List<DeadLetter> deadLetters(int limit);

    /**
     * Runs people's Cypher, which may only read.
     *
     * @param parameters plain values: text, Long, Double, Boolean, List and Map of these
     * @throws GraphException of kind REFUSED where it may not run, is wrong, or exceeds the time limit
     */
    QueryResult query(String cypher, Map<String, Object> parameters, QueryLimits limits);

    /**
     * How the last run of an instance went; {@code since} is when its data last changed.
     *
     * @param hash empty where the agent no longer discovers the instance
     */
    record InstanceReport(
            InstanceKey key,
            FactsStatus status,
            int schema,
            Instant since,
            Instant reported,
            String hash,
            LastRun lastRun) {}

    /**
     * When an instance last ran to an end, as far as the agent has told.
     *
     * @param every how often it is to run; empty before the agent said so
     * @param told when the agent last told of all its runs; empty before the first time
     */
    record LastRun(Instant at, Optional<Duration> every, Optional<Instant> told) {
        /** What a script may take, and what it may wait for others. */
        public static final Duration GRACE = Duration.ofMinutes(10);

        /** So many runs may be missed: a busy host starts late. */
        public static final int MISSABLE = 2;

        /** Whether the agent has told that the next run is long overdue: its script hangs, or never gets its turn. */
        public boolean isStale() {
            return every.isPresent()
                    && told.isPresent()
                    && at.plus(every.get().multipliedBy(MISSABLE)).plus(GRACE).isBefore(told.get());
        }
    }

    /**
     * What an instance's facts are.
     *
     * @param facts the last data; status, denied, errors and hash of the last report
     * @param since when the data became what it is
     * @param reported when the last report was committed
     * @param json the data exactly as stored
     * @param lastRun empty of facts as they once stood
     */
    record StoredFacts(Facts facts, Instant since, Instant reported, String json, Optional<LastRun> lastRun) {}

    /**
     * A change of an instance's facts.
     *
     * @param at when it changed
     * @param seq number of the change on this instance, from 1, newest highest
     * @param patch RFC 6902 operations that turn the body after the change into the one before it, or {@code {"whole": body}}
     * @param hash of the body before the change
     */
    record FactsChange(Instant at, long seq, JsonNode patch, String hash) {}

    /**
     * Which changes; an empty Optional means any.
     *
     * @param since none before it
     */
    record ChangeFilter(Optional<HostId> host, Optional<String> type, Instant since, int limit) {
        public static final int MAX_LIMIT = 1_001;

        public ChangeFilter {
            limit = Math.clamp(limit, 1, MAX_LIMIT);
        }
    }

    /**
     * A change of a host's facts as people read it.
     *
     * @param seq number of the change on this instance, from 1
     * @param alterations the first of them, by path
     * @param total how many there are
     */
    record HostChange(
            HostId host,
            String hostName,
            InstanceKey key,
            Instant at,
            long seq,
            List<Alteration> alterations,
            int total) {}

    /**
     * One value that is another now; of a list, one element that went or came.
     *
     * @param path RFC 6901, into {@code {"schema", "status", "denied", "truncated", "data"}}
     * @param before empty where nothing stood
     * @param after empty where nothing stands
     */
    record Alteration(String path, Optional<JsonNode> before, Optional<JsonNode> after) {}

    /**
     * What a rule says of a host now.
     *
     * @param since when the verdict became what it is
     * @param unknownSince set while nothing newer can be said and the verdict is the last known
     * @param reason why it is na or unknown
     */
    record StandingVerdict(
            String rule,
            InstanceKey instance,
            Verdict verdict,
            Instant since,
            Optional<Instant> unknownSince,
            Optional<String> reason) {}

    /** Which findings; an empty Optional means any. */
    record FindingFilter(Optional<HostId> host, Optional<Severity> severity, State state, int limit) {
        public static final int MAX_LIMIT = 10_000;

        public FindingFilter {
            limit = Math.clamp(limit, 1, MAX_LIMIT);
        }

        public static FindingFilter open() {
            return new FindingFilter(Optional.empty(), Optional.empty(), State.OPEN, MAX_LIMIT);
        }

        public enum State {
            OPEN,
            CLOSED,
            ANY
        }
    }

    /**
     * The whole in numbers.
     *
     * @param hosts by status; none stands for zero
     * @param lastEvent highest event number, 0 before the first
     * @param lastCommit the time of the last commit; the epoch before the first
     * @param outboxPending rows not yet delivered or refused
     */
    record Status(
            Map<HostStatus, Integer> hosts,
            FindingCounts openFindings,
            long lastEvent,
            Instant lastCommit,
            int outboxPending,
            int deadLetters,
            int graphVersion,
            String ruleSetHash) {}

    /**
     * An input that could not be applied.
     *
     * @param recordType the number of the record on the wire
     * @param size of the whole body, of which the first part is kept
     */
    record DeadLetter(
            Instant at, HostId host, String spool, int channel, long seq, int recordType, int size, String error) {}

    /**
     * What a query may cost.
     *
     * @param bytes bounds the size of the result as JSON, about
     */
    record QueryLimits(Duration time, int rows, long bytes) {
        public static final QueryLimits DEFAULT = new QueryLimits(Duration.ofSeconds(30), 10_000, 16L << 20);
    }

    /**
     * What a query found.
     *
     * @param rows values in the order of {@code columns}; a node is {@code {"id","labels","properties"}}, a relationship
     *     {@code {"id","type","start","end","properties"}}, a path {@code {"nodes","relationships"}}, times are ISO 8601 text
     * @param cut why the result is not whole; empty where it is
     */
    record QueryResult(List<String> columns, List<List<JsonNode>> rows, Optional<String> cut) {}
}
