package dev.muster.collector.apply;

import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Waiver;
import java.util.List;

/** What became of an input; told after the commit. */
public sealed interface Outcome {
    /**
     * The highest sequence number applied on that spool's channel now. Where it is below the one sent, the input was out of order and
     * nothing was done; a duplicate does nothing and answers the present number.
     */
    record Applied(long seq) implements Outcome {}

    /** How an agent's summary compares with what is held here. */
    enum Compared implements Outcome {
        /** The host is verified. */
        SAME,
        /** Something was lost, or one of the two is an older copy. */
        DIFFERENT,
        /** Something else was applied by then, so it says nothing. */
        NOT_COMPARABLE
    }

    /** What the collector does not hold as the agent has it; to be sent again. */
    record Missing(List<InstanceKey> instances) implements Outcome {
        public Missing {
            instances = List.copyOf(instances);
        }
    }

    /** It is stored. */
    record Seen() implements Outcome {}

    /** Whether hosts are left to be judged. */
    record DayJudged(boolean isWhole) implements Outcome {}

    /** What became of a waiver. */
    sealed interface Waived extends Outcome {
        record Done(Waiver waiver) implements Waived {}

        /** Nothing was changed. */
        record Refused(String reason) implements Waived {}
    }

    /** Whether every waiver's beginning and end is carried out. */
    record WaiversSettled(boolean isWhole) implements Outcome {}

    /** Whether an unknown key may speak for a host. */
    sealed interface Enrolment extends Outcome {
        record Trusted(HostId host, String hostName) implements Enrolment {}

        /** An administrator must approve the key. */
        record Pending() implements Enrolment {}

        /**
         * No, for good.
         *
         * @param reason for the agent's administrator, such as "the token has expired"
         */
        record Refused(String reason) implements Enrolment {}
    }

    /** What became of an administrator's command. */
    sealed interface Command extends Outcome {
        /** Done. */
        record Done(HostId host, String hostName) implements Command {}

        /** Nothing was changed. */
        record Refused(String reason) implements Command {}
    }

    /**
     * A new enrolment token.
     *
     * @param token to be shown once; only its hash is stored
     */
    record TokenCreated(String token) implements Outcome {
        @Override
        public String toString() {
            return "TokenCreated[hidden]";
        }
    }
}
