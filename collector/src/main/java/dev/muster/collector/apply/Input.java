package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.membership.Verdict;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Outbox;
import dev.muster.collector.model.Waiver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that can change the graph.
 *
 * @param <R> what becomes of it
 */
public sealed interface Input<R extends Outcome> {
    /**
     * A durable record of an agent's spool, applied exactly once in order of its sequence number.
     *
     * <p>{@code spool} is the spool's id, 32 lower-case hex digits; {@code seq} counts from 1 without gaps on each channel.
     */
    sealed interface Durable extends Input<Outcome.Applied> {
        HostId host();

        String spool();

        int channel();

        long seq();
    }

    record FactsRecord(HostId host, String spool, int channel, long seq, Facts facts) implements Durable {}

    /**
     * An agent was stopped.
     *
     * @param agentRun the process that ended; the agent may run again by now
     */
    record Goodbye(HostId host, String spool, int channel, long seq, String reason, long agentRun) implements Durable {}

    /**
     * An agent says what became of a neighbour.
     *
     * @param peerKeyId of the neighbour's key
     * @param silence how long it was not heard, by the reporter's clock
     */
    record PeerReported(HostId host, String spool, int channel, long seq, String peerKeyId, What what, Duration silence)
            implements Durable {
        public enum What {
            SILENT,
            /** After it was silent. */
            BACK
        }
    }

    /**
     * An agent says which key it will use next.
     *
     * @param presentKeyId of the key whose session it came in
     * @param publicKey base64 of its 32 bytes
     * @param keyId of that next key
     */
    record KeyNext(
            HostId host, String spool, int channel, long seq, String presentKeyId, String publicKey, String keyId)
            implements Durable {}

    /** Holds the place of a superseded record. */
    record Nop(HostId host, String spool, int channel, long seq) implements Durable {}

    /**
     * A record that could not be understood.
     *
     * @param type its number on the wire
     * @param body base64 of its body; the start is kept for people
     */
    record Undecodable(HostId host, String spool, int channel, long seq, int type, String body, String error)
            implements Durable {}

    /** How far a spool's channel was applied, asked in order with the records already handed in. */
    record LastApplied(HostId host, String spool, int channel) implements Input<Outcome.Applied> {}

    /**
     * A trusted agent connected.
     *
     * @param from where the collector sees it
     * @param agentRun names its process; another one after each start
     * @param lastRun what it found of the process before it
     * @param keyId of the key that it proved to hold
     */
    record HelloSeen(
            HostId host,
            HostAttributes attributes,
            InetSocketAddress from,
            long agentRun,
            LastRun lastRun,
            String keyId)
            implements Input<Outcome.Seen> {
        /** How a process of an agent came to its end. */
        public enum LastRun {
            UNKNOWN,
            ENDED,
            DIED
        }
    }

    /**
     * A trusted agent sums up what it handed over. It counts only while exactly the records through {@code seq} are applied.
     *
     * @param digest says whether hashes by instance are those that the agent has
     * @param wentBack whether the agent found its own state to be an older copy
     * @param runs the last run of each instance that ended since the agent started
     */
    record SummedUp(
            HostId host, String spool, int channel, long seq, DigestOf digest, WentBack wentBack, List<Run> runs)
            implements Input<Outcome.Compared> {
        public SummedUp {
            runs = List.copyOf(runs);
        }

        /** One way: what it was made from cannot be had back from it. */
        @FunctionalInterface
        public interface DigestOf {
            boolean covers(Map<InstanceKey, String> hashes);
        }

        public enum WentBack {
            NO,
            /** It was restored from a backup, or its machine was set back. */
            AGENT
        }

        /** How long ago it ended, and how often it is to run. */
        public record Run(InstanceKey key, Duration age, Duration every) {}
    }

    /**
     * A trusted agent lists what it discovers. It counts only while exactly the records through {@code seq} are applied.
     *
     * @param hashes of the facts last handed over; empty where none were yet
     */
    record Listed(HostId host, String spool, int channel, long seq, Map<InstanceKey, Optional<String>> hashes)
            implements Input<Outcome.Missing> {
        public Listed {
            hashes = Map.copyOf(hashes);
        }
    }

    /** The lookout came to a conclusion. What does not fit what is committed by then does nothing. */
    record Concluded(Verdict verdict) implements Input<Outcome.Seen> {}

    /** A new day began: some hosts are judged by the rules that read the date. To be repeated until the outcome says that all are. */
    record NewDay(LocalDate day) implements Input<Outcome.DayJudged> {}

    /**
     * An agent with a key that speaks for no host asks to.
     *
     * @param publicKey base64 of its 32 bytes
     * @param keyId lower-case hex
     * @param address the IP address that it asks from
     * @param token a secret, left out of {@link #toString()}
     */
    record Enrol(String publicKey, String keyId, HostAttributes attributes, String address, Optional<String> token)
            implements Input<Outcome.Enrolment> {
        @Override
        public String toString() {
            return "Enrol[keyId=" + keyId + ", token=" + (token.isPresent() ? "hidden" : "none") + "]";
        }
    }

    /**
     * An administrator approves a key that waits.
     *
     * @param as binds the key to this host and revokes the host's other keys; empty for a new host
     */
    record Approve(String keyId, Optional<HostId> as) implements Input<Outcome.Enrolment> {}

    /** An administrator wants that a key speaks for no host any more. */
    record Revoke(String keyId) implements Input<Outcome.Command> {}

    /**
     * A key is used by two machines at once.
     *
     * @param uses where and by whom, for people; nothing of it is proven but the addresses
     */
    record Cloned(String keyId, List<Use> uses) implements Input<Outcome.Command> {
        public Cloned {
            uses = List.copyOf(uses);
        }

        public record Use(String address, String machineIdHash, String bootId) {}
    }

    /** An administrator gives a host another name. */
    record Rename(HostId host, String name) implements Input<Outcome.Command> {}

    /** An administrator says that a host is no more. It is kept as history; its name is free again. */
    record Retire(HostId host) implements Input<Outcome.Command> {}

    /** An administrator gives a host other roles and labels; what is added and removed is there afterwards. */
    record Mark(HostId host, Change roles, Change labels) implements Input<Outcome.Command> {
        public record Change(List<String> add, List<String> remove) {
            public Change {
                add = List.copyOf(add);
                remove = List.copyOf(remove);
            }
        }
    }

    /**
     * An administrator accepts that rules fail.
     *
     * @param rule an id or a glob of ids
     */
    record Waive(String rule, Waiver.Scope scope, String reason, String owner, Instant until)
            implements Input<Outcome.Waived> {}

    /**
     * An administrator ends a waiver before its time.
     *
     * @param by who and why, for people
     */
    record EndWaiver(String id, String by) implements Input<Outcome.Waived> {}

    /** The scores of a day, for the trend. */
    record KeepScores(LocalDate day, ObjectNode scores) implements Input<Outcome.Seen> {}

    /** Time went by: waivers end, and hosts are judged with or without them. To be repeated until the outcome says that all is done. */
    record SettleWaivers() implements Input<Outcome.WaiversSettled> {}

    /** An administrator wants an enrolment token, for at most {@code uses} hosts until {@code expires}. */
    record CreateToken(int uses, Instant expires) implements Input<Outcome.TokenCreated> {}

    /** The receiver of an outbox row will never take it. */
    record DeliveryRefused(Outbox.Row row, String error) implements Input<Outcome.Seen> {}
}
