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
import dev.muster.collector.rules.RuleSet;
import dev.muster.collector.rules.Transitions;
import dev.muster.collector.rules.VerdictMap;
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
        List<Finding> first = tellChanges(draft, id, judge.judge(draft.host(id), Set.of(type), today(draft)), telling);
        if (telling == Telling.FIRST_REPORT || !first.isEmpty()) {
            tellFirst(draft, id, type, first);
        }
    }

    /** Judges what the date alone may have changed: what is so many days old, what expires. */
    void judgeNewDay(Draft draft, HostId id) {
        tellChanges(draft, id, judge.judgeNewDay(draft.host(id), today(draft)), Telling.EACH);
    }

    /** Returns what was opened and is for a summary. */
    private List<Finding> tellChanges(Draft draft, HostId id, List<Judgement> judgements, Telling telling) {
        List<Finding> first = new ArrayList<>();
        byType(judgements).forEach((of, some) -> {
            VerdictMap before = verdicts(draft.host(id), of);
            Transitions.Changes changes = Transitions.of(before, some, judge.keys(), draft.at());
            keep(draft, id, of, changes.verdicts());
            tellFaults(draft, id, before, some);
            close(draft, id, changes).forEach(cleared -> tellCleared(draft, cleared));
            List<Finding> opened = open(draft, id, changes);
            if (telling == Telling.FIRST_REPORT || !anyKnown(before)) {
                first.addAll(opened);
            } else {
                opened.forEach(finding -> tellOpened(draft, finding));
            }
        });
        return first;
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
            VerdictMap before = verdicts(draft.host(id), type);
            List<Judgement> judgements = now.getOrDefault(type, List.of());
            Transitions.Changes changes = Transitions.of(before, judgements, judge.keys(), draft.at());
            keep(draft, id, type, changes.verdicts());
            close(draft, id, changes);
            opened += open(draft, id, changes).size();
            cleared += changes.cleared().size() + changes.retired().size();
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

    private static VerdictMap verdicts(HostRecord host, String type) {
        HostRecord.Verdicts stood = host.verdicts().get(type);
        return stood == null ? VerdictMap.EMPTY : VerdictMap.of(stood.json());
    }

    private static boolean anyKnown(VerdictMap verdicts) {
        return verdicts.entries().values().stream().anyMatch(entry -> entry.verdict() != Verdict.UNKNOWN);
    }

    private static void keep(Draft draft, HostId id, String type, VerdictMap verdicts) {
        HostRecord host = draft.host(id);
        HostRecord.Verdicts stood = host.verdicts().get(type);
        ObjectNode json = verdicts.toJson();
        if (stood == null) {
            var fresh = new HostRecord.Verdicts(json, draft.at(), 0);
            draft.write(new Write.PutVerdicts(id, type, fresh, Optional.empty()));
            draft.put(host.with(type, fresh));
            return;
        }
        if (json.equals(stood.json())) {
            return;
        }
        var now = new HostRecord.Verdicts(json, draft.at(), stood.changes() + 1);
        var change = new Write.Change(draft.at(), now.changes(), History.back(json, stood.json()), "", stood.at());
        draft.write(new Write.PutVerdicts(id, type, now, Optional.of(change)));
        draft.put(host.with(type, now));
    }

    private List<Finding> open(Draft draft, HostId id, Transitions.Changes changes) {
        for (Judgement judgement : changes.evidenceChanged()) {
            draft.write(new Write.ShowEvidence(id, judgement.rule().id(), judgement.instance(), judgement.evidence()));
        }
        return changes.opened().stream()
                .map(judgement -> open(draft, id, judgement))
                .toList();
    }

    private Finding open(Draft draft, HostId id, Judgement judgement) {
        HostRecord host = draft.host(id);
        var finding = new Finding(
                id,
                host.host().name(),
                judgement.rule(),
                judgement.instance(),
                judgement.evidence(),
                draft.at(),
                Optional.empty());
        var severity = judgement.rule().severity();
        draft.rule(judgement.rule(), judge.hash());
        draft.write(new Write.OpenFinding(finding));
        draft.put(Hosts.counted(host, severity, 1)
                .with(
                        new FindingKey(
                                judgement.rule().id(), judgement.instance().instance()),
                        new OpenFinding(severity, draft.at())));
        return finding;
    }

    /** What was cleared, and not merely waived or retired with its rule. */
    private static List<Finding> close(Draft draft, HostId id, Transitions.Changes changes) {
        for (String retired : changes.retired()) {
            close(draft, id, FindingKey.parse(retired));
        }
        for (Judgement waived : changes.waived()) {
            close(draft, id, key(waived));
        }
        List<Finding> cleared = new ArrayList<>();
        for (Judgement judgement : changes.cleared()) {
            HostRecord host = draft.host(id);
            close(draft, id, key(judgement)).ifPresent(open -> cleared.add(cleared(draft, host, judgement, open)));
        }
        return cleared;
    }

    private static FindingKey key(Judgement judgement) {
        return new FindingKey(judgement.rule().id(), judgement.instance().instance());
    }

    private static Optional<OpenFinding> close(Draft draft, HostId id, FindingKey key) {
        HostRecord host = draft.host(id);
        OpenFinding open = host.open().get(key);
        if (open == null) {
            return Optional.empty();
        }
        draft.write(new Write.CloseFinding(id, key, draft.at()));
        draft.put(Hosts.counted(host, open.severity(), -1).without(key));
        return Optional.of(open);
    }

    /** Once when a rule breaks, not with every report that it cannot judge. */
    private static void tellFaults(Draft draft, HostId id, VerdictMap before, List<Judgement> judgements) {
        for (Judgement judgement : judgements) {
            var stood = Optional.ofNullable(before.entries().get(VerdictMap.keyOf(judgement)));
            boolean unknownAlready =
                    stood.flatMap(VerdictMap.Entry::unknownSince).isPresent();
            if (judgement.verdict() == Verdict.UNKNOWN && !unknownAlready && RuleSet.isFault(judgement)) {
                String reason = Draft.oneLine(judgement.reason().orElse(""));
                ObjectNode detail = JSON.objectNode()
                        .put("rule", judgement.rule().id())
                        .put("instance", judgement.instance().instance())
                        .put("reason", reason);
                String summary = "cannot be judged by " + judgement.rule().id() + ": " + reason;
                draft.event(EventType.RULE_FAULT, draft.host(id).host(), summary, detail);
            }
        }
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
