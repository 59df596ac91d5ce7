package dev.muster.collector.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.projection.Difference;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Silence;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One thing that a commit writes. Writes to the same thing are done in their order, others may be grouped. */
public sealed interface Write {
    /** Makes or updates the host itself. */
    record PutHost(HostRecord host) implements Write {}

    /**
     * A key may speak for a host.
     *
     * @param replaces the key that named it as the next
     */
    record BindAgent(String keyId, String publicKey, HostId host, Instant validFrom, Optional<String> replaces)
            implements Write {}

    /** Where the host's agent was seen last, and which process of it. */
    record PutAgentSeen(HostId host, InetSocketAddress at, long agentRun) implements Write {}

    /** The scores of a day, as they are at its first report of them. */
    record PutScores(LocalDate day, ObjectNode scores) implements Write {}

    /** The host was judged by the rules that read the date. */
    record PutJudgedOn(HostId host, LocalDate day) implements Write {}

    /** Who comes after the host, by ring; nobody in any other. */
    record PutNext(HostId host, Map<String, HostId> next) implements Write {
        public PutNext {
            next = Map.copyOf(next);
        }
    }

    /**
     * The reporter does not hear the host; or it does.
     *
     * @param state empty where it hears it
     */
    record PutSilence(HostId reporter, HostId host, Optional<Silence.State> state, Instant at) implements Write {}

    record RevokeAgent(String keyId, Instant validTo) implements Write {}

    /** Makes a token, or counts a use. */
    record PutToken(EnrolmentToken token) implements Write {}

    record PutFacts(HostId host, HostRecord.Report report, Instant reported, Optional<Change> before)
            implements Write {}

    /**
     * What the agent says of the last runs of its instances; those that it does not name stay as they were.
     *
     * @param at when it said so
     */
    record PutRuns(HostId host, Instant at, List<Ran> runs) implements Write {
        public PutRuns {
            runs = List.copyOf(runs);
        }
    }

    /** When an instance last ran to an end, and how often it is to. */
    record Ran(InstanceKey key, Instant at, Duration every) {}

    /** The graph is to show a host's new facts. */
    record Show(HostId host, Difference difference, Instant since) implements Write {}

    /** Nothing that the host's facts made is to be left; done before everything else is shown. */
    record Forget(HostId host) implements Write {}

    /**
     * The verdicts on one type: {@code {key: [verdict, since, unknownSince, reason, evidence]}}, times in milliseconds since 1970, what is
     * not there null, nulls at the end left out; keys as {@link HostRecord.FindingKey#parse} reads them.
     */
    record PutVerdicts(HostId host, String type, HostRecord.Verdicts verdicts, Optional<Change> before)
            implements Write {}

    record PutRule(Rule rule, String ruleSet) implements Write {}

    /** Makes a waiver, or changes how it stands. */
    record PutWaiver(StandingWaiver standing) implements Write {}

    /** The waiver that took a finding away. */
    record CloseWaived(HostId host, HostRecord.FindingKey finding, String waiver, Instant closed) implements Write {}

    record OpenFinding(Finding finding) implements Write {}

    /** The rule holds again, or is waived, or is gone. */
    record CloseFinding(HostId host, HostRecord.FindingKey finding, Instant closed) implements Write {}

    /** An open finding shows something else. */
    record ShowEvidence(HostId host, String rule, InstanceKey instance, Evidence evidence) implements Write {}

    record AddEvent(Event event) implements Write {}

    /**
     * One thing to deliver.
     *
     * @param due not to be claimed before
     */
    record AddOutbox(String id, String route, List<Long> events, Instant created, Instant due) implements Write {}

    /** Adds to the host's summary row while nobody has claimed it, else begins another. */
    record Summarise(String id, String route, HostId host, List<Long> events, Instant created, Instant due)
            implements Write {}

    /** The delivery of an outbox row was refused for good. */
    record SettleOutbox(String id, Instant at, String error) implements Write {}

    /** Applies {@code from + 1} to {@code to} of a stream; the commit fails where the graph is not at {@code from}. */
    record Advance(HostId host, HostRecord.Stream stream, long from, long to) implements Write {}

    /**
     * Keeps what could not be applied.
     *
     * @param body base64 of the start of the body, for people
     */
    record AddDeadLetter(GraphReads.DeadLetter letter, String body) implements Write {}

    /** Counts what a new rule set did, and makes it the one in force once it judged every host. */
    record PutRuleSet(String hash, Instant since, RuleSetProgress progress) implements Write {}

    /**
     * The way back to what stood before.
     *
     * @param seq from 1, one more with each change of the same thing
     * @param patch see {@link History}
     * @param hash of the facts before; empty for verdicts
     * @param observedAt the agent's time of the facts before
     */
    record Change(Instant at, long seq, String patch, String hash, Instant observedAt) {}

    /** How far a new rule set got, and what it changed. */
    record RuleSetProgress(long hosts, long opened, long cleared, State state) {
        public enum State {
            JUDGING,
            IN_FORCE
        }
    }

    /**
     * A token that lets hosts enrol.
     *
     * @param hash lower-case hex of SHA-256 over the token's text; the text is stored nowhere
     */
    record EnrolmentToken(String hash, int usesLeft, Instant expires, Instant created) {}
}
