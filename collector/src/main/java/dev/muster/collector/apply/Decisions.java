package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads.DeadLetter;
import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.graph.HostRecord.Stream;
import dev.muster.collector.graph.Write;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.Outbox;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Base64;
import java.util.List;
import java.util.function.BiFunction;

/** What each input does to a draft. */
final class Decisions {
    /** So much of a dead letter's body is kept for people. */
    private static final int KEPT_BYTES = 48 << 10;

    /** Reports of agents wait no longer than for these. */
    private static final int HOSTS_A_COMMIT = 20;

    private final Judging judging;
    private final FactsIntake facts;
    private final Enrolment enrolment;
    private final Summaries summaries;
    private final Waiving waiving;
    private final Marking marking;
    private final BiFunction<LocalDate, Integer, List<HostId>> notJudgedOn;

    /** @param notJudgedOn so many hosts that were not judged on a day */
    Decisions(
            Judging judging,
            Enrolment enrolment,
            BiFunction<LocalDate, Integer, List<HostId>> notJudgedOn,
            Waiving.Candidates candidates) {
        this.judging = judging;
        this.notJudgedOn = notJudgedOn;
        this.facts = new FactsIntake(judging);
        this.enrolment = enrolment;
        this.summaries = new Summaries(facts);
        this.waiving = new Waiving(judging, candidates);
        this.marking = new Marking(judging);
    }

    Outcome decide(Draft draft, Input<?> input) {
        draft.nextInput();
        return switch (input) {
            case Input.Durable record -> durable(draft, record);
            case Input.LastApplied asked ->
                new Outcome.Applied(draft.host(asked.host()).applied(new Stream(asked.spool(), asked.channel())));
            case Input.HelloSeen hello -> {
                Enrolment.spoke(draft, hello.keyId());
                yield Life.hello(draft, hello);
            }
            case Input.SummedUp said -> summaries.compare(draft, said);
            case Input.Listed said -> summaries.compare(draft, said);
            case Input.Concluded concluded -> Life.concluded(draft, concluded.verdict());
            case Input.NewDay turn -> newDay(draft, turn);
            case Input.Enrol enrol -> enrolment.enrol(draft, enrol, judging.ruleSet());
            case Input.Approve approve -> enrolment.approve(draft, approve, judging.ruleSet());
            case Input.Revoke command -> enrolment.revoke(draft, command);
            case Input.Cloned cloned -> enrolment.cloned(draft, cloned);
            case Input.Rename command -> renamed(draft, command);
            case Input.Retire command -> enrolment.retire(draft, command);
            case Input.Mark command -> marking.mark(draft, command);
            case Input.Waive command -> waiving.create(draft, command);
            case Input.EndWaiver command -> waiving.end(draft, command);
            case Input.KeepScores kept -> {
                draft.write(new Write.PutScores(kept.day(), kept.scores()));
                yield new Outcome.Seen();
            }
            case Input.SettleWaivers _ -> waiving.settle(draft);
            case Input.CreateToken command -> enrolment.createToken(draft, command);
            case Input.DeliveryRefused refused -> refused(draft, refused);
        };
    }

    /** Parameters and waivers may be of the old name or of the new one. */
    private Outcome.Command renamed(Draft draft, Input.Rename command) {
        Outcome.Command outcome = enrolment.rename(draft, command);
        if (outcome instanceof Outcome.Command.Done
                && draft.host(command.host()).host().status() != HostStatus.RETIRED) {
            judging.judgeAgain(draft, command.host());
        }
        return outcome;
    }

    private Outcome.DayJudged newDay(Draft draft, Input.NewDay turn) {
        List<HostId> hosts = notJudgedOn.apply(turn.day(), HOSTS_A_COMMIT);
        for (HostId host : hosts) {
            judging.judgeNewDay(draft, host);
            draft.write(new Write.PutJudgedOn(host, turn.day()));
        }
        return new Outcome.DayJudged(hosts.size() < HOSTS_A_COMMIT);
    }

    /** Only the record after the last applied one does anything: all others are duplicates or out of order. */
    private Outcome.Applied durable(Draft draft, Input.Durable record) {
        var stream = new Stream(record.spool(), record.channel());
        long last = draft.host(record.host()).applied(stream);
        boolean retired = draft.host(record.host()).host().status() == HostStatus.RETIRED;
        if (record.seq() != last + 1 || retired) {
            return new Outcome.Applied(last);
        }
        switch (record) {
            case Input.FactsRecord report -> facts.take(draft, report.host(), report.facts());
            case Input.Goodbye goodbye -> Life.goodbye(draft, goodbye);
            case Input.PeerReported report -> Life.reported(draft, report);
            case Input.KeyNext next ->
                Enrolment.next(draft, next).ifPresent(error -> bury(draft, next, wireType(next), body(next), error));
            case Input.Nop _ -> {}
            case Input.Undecodable bad -> bury(draft, bad, bad.type(), bad.body(), bad.error());
        }
        draft.put(Hosts.seen(draft.host(record.host()), draft.at()));
        draft.advance(record.host(), stream);
        return new Outcome.Applied(record.seq());
    }

    /** Keeps a record that can never be applied, so that those behind it can. */
    Outcome.Applied poison(Draft draft, Input.Durable record, String error) {
        var stream = new Stream(record.spool(), record.channel());
        long last = draft.host(record.host()).applied(stream);
        if (record.seq() != last + 1) {
            return new Outcome.Applied(last);
        }
        bury(draft, record, wireType(record), body(record), error);
        draft.advance(record.host(), stream);
        return new Outcome.Applied(record.seq());
    }

    private static Outcome.Seen refused(Draft draft, Input.DeliveryRefused refused) {
        Outbox.Row row = refused.row();
        String error = Draft.oneLine(refused.error());
        draft.write(new Write.SettleOutbox(row.id(), draft.at(), error));
        Event about = row.events().getFirst();
        ObjectNode detail =
                JsonNodeFactory.instance.objectNode().put("row", row.id()).put("error", error);
        row.events().forEach(event -> detail.withArray("events").add(event.seq()));
        draft.event(
                EventType.DELIVERY_REFUSED,
                about.host(),
                about.hostName(),
                row.route() + " refused for good: " + error,
                detail);
        return new Outcome.Seen();
    }

    private static void bury(Draft draft, Input.Durable record, int type, String body, String error) {
        HostRecord host = draft.host(record.host());
        String cause = Draft.oneLine(error);
        var letter = new DeadLetter(
                draft.at(),
                record.host(),
                record.spool(),
                record.channel(),
                record.seq(),
                type,
                body.length() / 4 * 3,
                cause);
        String kept = body.substring(0, Math.min(body.length(), KEPT_BYTES / 3 * 4));
        draft.write(new Write.AddDeadLetter(letter, kept));
        ObjectNode detail = JsonNodeFactory.instance
                .objectNode()
                .put("spool", record.spool())
                .put("channel", record.channel())
                .put("seq", record.seq())
                .put("error", cause);
        draft.event(
                EventType.COLLECTOR_DEGRADED, host.host(), "sent a record that could not be applied: " + cause, detail);
    }

    /** The record numbers of the wire protocol. */
    private static int wireType(Input.Durable record) {
        return switch (record) {
            case Input.FactsRecord _ -> 3;
            case Input.PeerReported _ -> 9;
            case Input.Goodbye _ -> 11;
            case Input.KeyNext _ -> 12;
            case Input.Nop _ -> 13;
            case Input.Undecodable bad -> bad.type();
        };
    }

    private static String body(Input.Durable record) {
        return switch (record) {
            case Input.FactsRecord report -> base64(report.facts().data().toString());
            case Input.PeerReported report -> base64(report.peerKeyId() + " " + report.what());
            case Input.Goodbye goodbye -> base64(goodbye.reason());
            case Input.KeyNext next -> base64(next.publicKey());
            case Input.Nop _ -> "";
            case Input.Undecodable bad -> bad.body();
        };
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
