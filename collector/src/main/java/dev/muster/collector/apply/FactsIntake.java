package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.History;
import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.graph.HostRecord.Report;
import dev.muster.collector.graph.Write;
import dev.muster.collector.graph.projection.Projections;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes an instance's facts into a draft: the present, the way back, and the verdicts that follow. */
final class FactsIntake {
    private final Judging judging;

    FactsIntake(Judging judging) {
        this.judging = judging;
    }

    void take(Draft draft, HostId id, Facts report) {
        HostRecord host = draft.host(id);
        Report before = host.reports().get(report.key());
        if (before != null && before.facts().hash().equals(report.hash())) {
            return;
        }
        Facts facts = History.asStored(report);
        Report now = before == null ? first(facts, draft.at()) : next(before, facts, draft.at());
        draft.write(new Write.PutFacts(id, now, draft.at(), change(before, now)));
        draft.put(host.with(facts.key(), now));
        draft.heard(id, facts.key().type());
        draft.show(host, facts.key().type());
        tellImpairment(draft, id, before, facts);
        boolean firstData = (before == null || before.dataHash().isEmpty())
                && facts.status().replacesData();
        judging.judge(draft, id, facts.key().type(), firstData ? Judging.Telling.FIRST_REPORT : Judging.Telling.EACH);
    }

    /** The agent knows it no more: its rules do not apply, what it made is gone, its history stays. */
    void noLongerDiscovered(Draft draft, HostId id, InstanceKey key) {
        Facts last = draft.host(id).facts(key).orElseThrow();
        take(
                draft,
                id,
                new Facts(
                        key,
                        last.schema(),
                        FactsStatus.ABSENT,
                        List.of(),
                        List.of("no longer discovered on this host"),
                        List.of(),
                        JsonNodeFactory.instance.objectNode(),
                        draft.at(),
                        Duration.ZERO,
                        ""));
    }

    private static Report first(Facts facts, Instant at) {
        String dataHash = facts.status().replacesData() ? facts.hash() : "";
        return new Report(facts, dataHash, at, at, 0, size(facts), facts.data());
    }

    private static Report next(Report before, Facts facts, Instant at) {
        boolean replaces = facts.status().replacesData();
        Facts kept = replaces ? facts : withDataOf(before.facts(), facts);
        boolean changed = !History.body(kept).equals(History.body(before.facts()));
        return new Report(
                kept,
                replaces ? facts.hash() : before.dataHash(),
                before.first(),
                changed ? at : before.since(),
                before.changes() + (changed ? 1 : 0),
                replaces ? size(kept) : before.size(),
                replaces ? Projections.shown(before.shown(), kept) : before.shown());
    }

    private static Facts withDataOf(Facts last, Facts report) {
        return new Facts(
                report.key(),
                last.schema(),
                report.status(),
                report.denied(),
                report.errors(),
                report.truncated(),
                last.data(),
                report.observedAt(),
                report.took(),
                report.hash());
    }

    private static Optional<Write.Change> change(@Nullable Report before, Report now) {
        if (before == null || before.changes() == now.changes()) {
            return Optional.empty();
        }
        Facts old = before.facts();
        String back = History.back(History.body(now.facts()), History.body(old));
        return Optional.of(new Write.Change(now.since(), now.changes(), back, old.hash(), old.observedAt()));
    }

    private static void tellImpairment(Draft draft, HostId id, @Nullable Report before, Facts facts) {
        boolean was = before != null && before.facts().status().impaired();
        boolean is = facts.status().impaired();
        if (was == is) {
            return;
        }
        ObjectNode detail = JsonNodeFactory.instance.objectNode();
        detail.put("type", facts.key().type()).put("instance", facts.key().instance());
        detail.put("status", facts.status().word());
        texts(detail.putArray("denied"), facts.denied());
        texts(detail.putArray("errors"), facts.errors());
        EventType type = is ? EventType.DISCOVERY_IMPAIRED : EventType.DISCOVERY_RECOVERED;
        String summary = is
                ? "cannot discover " + facts.key() + ": " + facts.status().word()
                : "discovers " + facts.key() + " again";
        draft.event(type, draft.host(id).host(), summary, detail);
    }

    /** The first few: the rest stands with the facts. */
    private static void texts(ArrayNode array, List<String> texts) {
        texts.stream().limit(20).map(Draft::oneLine).forEach(array::add);
    }

    private static int size(Facts facts) {
        return facts.data().toString().length();
    }
}
