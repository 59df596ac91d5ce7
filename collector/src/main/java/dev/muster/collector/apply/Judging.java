package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.History;
import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.graph.HostRecord.FindingKey;
import dev.muster.collector.graph.HostRecord.OpenFinding;
import dev.muster.collector.graph.Write;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.FindingJson;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Verdict;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Judges a host in a draft and writes down what follows: verdicts and their history, findings, events, mails. */
final class Judging {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Judge judge;
    private final Duration settle;

    Judging(Judge judge, Duration settle) {
        this.judge = judge;
        this.settle = settle;
    }

    String ruleSet() {
        return judge.hash();
    }

    /** Whether the facts are the first of their instance: what they open is then told in one summary. */
    enum Telling {
        EACH,
        FIRST_REPORT
    }

    /** Judges what a change of one type's facts may have changed. */
    void judge(Draft draft, HostId id, String type, Telling telling) {
        HostRecord host = draft.host(id);
        List<Judgement> judgements = judge.judge(host, Set.of(type), today(draft));
        if (judgements.isEmpty()) {
            return;
        }
        List<Finding> first = new ArrayList<>();
        byType(judgements).forEach((of, some) -> {
            ObjectNode before = verdicts(draft.host(id), of);
            var moved = Transitions.of(of, before, some, draft.at(), Transitions.Scope.SOME_RULES);
            keep(draft, id, of, before, moved);
            close(draft, id, moved).forEach(closed -> tellCleared(draft, closed));
            List<Finding> opened = open(draft, id, moved);
            if (telling == Telling.FIRST_REPORT || !Transitions.anyKnown(before)) {
                first.addAll(opened);
            } else {
                opened.forEach(finding -> tellOpened(draft, finding));
            }
        });
        if (telling == Telling.FIRST_REPORT || !first.isEmpty()) {
            tellFirst(draft, id, type, first);
        }
    }

    /** What a whole new judgement of a host changed. */
    record Changed(int opened, int cleared) {}

    /** Judges everything by the present rule set, and tells nobody of single findings. */
    Changed judgeAll(Draft draft, HostId id) {
        Map<String, List<Judgement>> now = byType(judge.judge(draft.host(id), judge.types(), today(draft)));
        var types = new TreeSet<>(now.keySet());
        types.addAll(draft.host(id).verdicts().keySet());
        int opened = 0;
        int cleared = 0;
        for (String type : types) {
            ObjectNode before = verdicts(draft.host(id), type);
            List<Judgement> judgements = now.getOrDefault(type, List.of());
            var moved = Transitions.of(type, before, judgements, draft.at(), Transitions.Scope.ALL_RULES);
            keep(draft, id, type, before, moved);
            close(draft, id, moved);
            opened += open(draft, id, moved).size();
            cleared += moved.closed().size();
        }
        draft.put(draft.host(id).judgedBy(judge.hash()));
        return new Changed(opened, cleared);
    }

    private static LocalDate today(Draft draft) {
        return LocalDate.ofInstant(draft.at(), ZoneOffset.UTC);
    }

    private static Map<String, List<Judgement>> byType(List<Judgement> judgements) {
        var byType = new TreeMap<String, List<Judgement>>();
        for (Judgement judgement : judgements) {
            byType.computeIfAbsent(judgement.rule().type(), type -> new ArrayList<>())
                    .add(judgement);
        }
        return byType;
    }

    private static ObjectNode verdicts(HostRecord host, String type) {
        HostRecord.Verdicts stood = host.verdicts().get(type);
        return stood == null ? JSON.objectNode() : stood.json();
    }

    private static void keep(Draft draft, HostId id, String type, ObjectNode before, Transitions moved) {
        HostRecord host = draft.host(id);
        HostRecord.Verdicts stood = host.verdicts().get(type);
        if (stood == null) {
            var fresh = new HostRecord.Verdicts(moved.map(), draft.at(), 0);
            draft.write(new Write.PutVerdicts(id, type, fresh, Optional.empty()));
            draft.put(host.with(type, fresh));
            return;
        }
        if (moved.map().equals(before)) {
            return;
        }
        var now = new HostRecord.Verdicts(moved.map(), draft.at(), stood.changes() + 1);
        var change = new Write.Change(draft.at(), now.changes(), History.back(moved.map(), before), "", stood.at());
        draft.write(new Write.PutVerdicts(id, type, now, Optional.of(change)));
        draft.put(host.with(type, now));
    }

    private List<Finding> open(Draft draft, HostId id, Transitions moved) {
        List<Finding> opened = new ArrayList<>();
        for (Judgement judgement : moved.opened()) {
            HostRecord host = draft.host(id);
            var finding = new Finding(
                    id,
                    host.host().name(),
                    judgement.rule(),
                    judgement.instance(),
                    judgement.evidence(),
                    draft.at(),
                    Optional.empty());
            draft.rule(judgement.rule(), judge.hash());
            draft.write(new Write.OpenFinding(finding));
            var severity = judgement.rule().severity();
            draft.put(Hosts.counted(host, severity, 1)
                    .with(
                            new FindingKey(judgement.rule().id(), judgement.instance()),
                            new OpenFinding(severity, draft.at())));
            opened.add(finding);
        }
        return opened;
    }

    /** What was cleared, and not merely waived or dropped with its rule. */
    private static List<Finding> close(Draft draft, HostId id, Transitions moved) {
        List<Finding> cleared = new ArrayList<>();
        for (Transitions.Closed closed : moved.closed()) {
            HostRecord host = draft.host(id);
            OpenFinding open = host.open().get(closed.finding());
            if (open == null) {
                continue;
            }
            FindingKey key = closed.finding();
            draft.write(new Write.CloseFinding(id, key.rule(), key.instance(), draft.at()));
            draft.put(Hosts.counted(host, open.severity(), -1).without(key));
            closed.by()
                    .filter(judgement -> judgement.verdict() != Verdict.WAIVED)
                    .map(judgement -> cleared(draft, host, judgement, open))
                    .ifPresent(cleared::add);
        }
        return cleared;
    }

    private static Finding cleared(Draft draft, HostRecord host, Judgement judgement, OpenFinding open) {
        Evidence evidence = judgement.evidence();
        return new Finding(
                host.host().id(),
                host.host().name(),
                judgement.rule(),
                judgement.instance(),
                evidence,
                open.opened(),
                Optional.of(draft.at()));
    }

    private static void tellOpened(Draft draft, Finding finding) {
        tell(draft, finding, EventType.FINDING_OPENED, "out of compliance: ");
    }

    private static void tellCleared(Draft draft, Finding finding) {
        tell(draft, finding, EventType.FINDING_CLEARED, "back in compliance: ");
    }

    private static void tell(Draft draft, Finding finding, EventType type, String what) {
        String summary = what + finding.rule().id() + " " + finding.rule().title() + " ("
                + finding.rule().severity().word() + ")";
        draft.mail(draft.event(type, draft.host(finding.host()).host(), summary, FindingJson.write(finding)));
    }

    private void tellFirst(Draft draft, HostId id, String type, List<Finding> findings) {
        ObjectNode detail = JSON.objectNode().put("type", type);
        ArrayNode list = detail.putArray("findings");
        findings.forEach(finding -> list.add(FindingJson.write(finding)));
        String summary = "first reported " + type + ": " + findings.size() + " findings";
        Event event = draft.event(EventType.FIRST_REPORT, draft.host(id).host(), summary, detail);
        if (!findings.isEmpty()) {
            draft.mailSummary(event, id, settle);
        }
    }
}
