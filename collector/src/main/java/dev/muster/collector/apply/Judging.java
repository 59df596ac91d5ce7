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
import dev.muster.collector.model.NameGlob;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Waiver;
import dev.muster.collector.model.WaiverJson;
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
            Transitions.Changes changes = changes(draft, id, before, some);
            keep(draft, id, of, changes.verdicts());
            tellFaults(draft, id, before, some);
            close(draft, id, changes).forEach(cleared -> tellCleared(draft, cleared));
            waive(draft, id, changes.waived()).forEach(waived -> tellWaived(draft, waived));
            List<Finding> opened = open(draft, id, changes);
            if (telling == Telling.FIRST_REPORT || !anyKnown(before)) {
                first.addAll(opened);
            } else {
                opened.forEach(finding -> tellOpened(draft, finding, waivedBefore(before, finding)));
            }
        });
        return first;
    }

    /** Compares with what stands, after the waivers in force had their say. */
    private Transitions.Changes changes(Draft draft, HostId id, VerdictMap before, List<Judgement> judgements) {
        HostRecord host = draft.host(id);
        List<Judgement> accepted = judgements.stream()
                .map(judgement -> accepting(draft, host, judgement)
                        .map(waiver -> waived(judgement, waiver))
                        .orElse(judgement))
                .toList();
        return Transitions.of(before, accepted, judge.keys(host), draft.at());
    }

    private static Optional<Waiver> accepting(Draft draft, HostRecord host, Judgement judgement) {
        return judgement.verdict() == Verdict.FAIL
                ? draft.waivers()
                        .accepting(
                                judgement.rule().id(),
                                host.host().id(),
                                host.host().name(),
                                host.marks(),
                                draft.at())
                : Optional.empty();
    }

    private static Judgement waived(Judgement judgement, Waiver waiver) {
        return new Judgement(
                judgement.rule(),
                judgement.instance(),
                Verdict.WAIVED,
                Optional.of(waiver.words()),
                judgement.evidence());
    }

    /** What was said of a verdict while it was waived; empty where it was not. */
    private static Optional<String> waivedBefore(VerdictMap before, Finding finding) {
        String key = finding.instance().instance().isEmpty()
                ? finding.rule().id()
                : finding.rule().id() + ":" + finding.instance().instance();
        return before.entry(key)
                .filter(entry -> entry.verdict() == Verdict.WAIVED)
                .flatMap(VerdictMap.Entry::reason);
    }

    /** The ids of the rules in force that a name or glob means. */
    List<String> rulesLike(String glob) {
        return judge.ids().stream()
                .filter(id -> NameGlob.matches(glob, id))
                .sorted()
                .toList();
    }

    /** Where the verdicts of rules are kept. */
    Set<String> typesOf(List<String> rules) {
        return judge.typesOf(rules);
    }

    /** Judges what a waiver, as it begins or ends, may change on a host: what fails and what is waived. */
    void judgeWaived(Draft draft, HostId id, Waiver waiver) {
        HostRecord host = draft.host(id);
        var affected = new TreeMap<String, Set<String>>();
        host.verdicts()
                .keySet()
                .forEach(type -> verdicts(host, type).entries().forEach((key, entry) -> {
                    boolean mayChange = entry.verdict() == Verdict.FAIL || entry.verdict() == Verdict.WAIVED;
                    if (mayChange && waiver.concerns(FindingKey.parse(key).rule())) {
                        affected.computeIfAbsent(type, none -> new TreeSet<>()).add(key);
                    }
                }));
        if (affected.isEmpty()) {
            return;
        }
        List<Judgement> judgements = judge.judge(host, affected.keySet(), today(draft)).stream()
                .filter(judgement ->
                        affected.getOrDefault(judgement.rule().type(), Set.of()).contains(VerdictMap.keyOf(judgement)))
                .toList();
        tellChanges(draft, id, judgements, Telling.EACH);
    }

    /** Judges everything by the same rules on a host whose name, roles or labels are others now. */
    void judgeAgain(Draft draft, HostId id) {
        HostRecord host = draft.host(id);
        tellChanges(draft, id, judge.judge(host, judge.types(), today(draft)), Telling.EACH);
        Set<String> judged = new TreeSet<>(draft.host(id).verdicts().keySet());
        for (String type : judged) {
            VerdictMap before = verdicts(draft.host(id), type);
            Transitions.Changes left = changes(draft, id, before, List.of());
            keep(draft, id, type, left.verdicts());
            close(draft, id, left);
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
            VerdictMap before = verdicts(draft.host(id), type);
            List<Judgement> judgements = now.getOrDefault(type, List.of());
            Transitions.Changes changes = changes(draft, id, before, judgements);
            keep(draft, id, type, changes.verdicts());
            close(draft, id, changes);
            waive(draft, id, changes.waived());
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
        List<Finding> cleared = new ArrayList<>();
        for (Judgement judgement : changes.cleared()) {
            HostRecord host = draft.host(id);
            close(draft, id, key(judgement)).ifPresent(open -> cleared.add(cleared(draft, host, judgement, open)));
        }
        return cleared;
    }

    /** A finding whose waiver the verdict came under. */
    private record WaivedFinding(Finding finding, Waiver waiver) {}

    private static List<WaivedFinding> waive(Draft draft, HostId id, List<Judgement> judgements) {
        List<WaivedFinding> waived = new ArrayList<>();
        for (Judgement judgement : judgements) {
            HostRecord host = draft.host(id);
            OpenFinding open = host.open().get(key(judgement));
            var failing = new Judgement(
                    judgement.rule(), judgement.instance(), Verdict.FAIL, Optional.empty(), judgement.evidence());
            Optional<Waiver> waiver = accepting(draft, host, failing);
            if (open == null) {
                continue;
            }
            if (waiver.isEmpty()) {
                // The judge itself says so: there is nobody to name.
                close(draft, id, key(judgement));
                continue;
            }
            draft.write(new Write.CloseWaived(id, key(judgement), waiver.get().id(), draft.at()));
            draft.put(Hosts.counted(host, open.severity(), -1).without(key(judgement)));
            waived.add(new WaivedFinding(cleared(draft, host, judgement, open), waiver.get()));
        }
        return waived;
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

    private static void tellOpened(Draft draft, Finding finding, Optional<String> waivedBefore) {
        ObjectNode detail = FindingJson.write(finding);
        waivedBefore.ifPresent(words -> detail.put(FindingJson.WAIVED_BEFORE, Draft.oneLine(words)));
        draft.mail(event(draft, finding, EventType.FINDING_OPENED, "out of compliance: ", detail));
    }

    private static void tellCleared(Draft draft, Finding finding) {
        draft.mail(
                event(draft, finding, EventType.FINDING_CLEARED, "back in compliance: ", FindingJson.write(finding)));
    }

    /** Nobody is mailed: the host is not back in compliance. */
    private static void tellWaived(Draft draft, WaivedFinding waived) {
        ObjectNode detail = FindingJson.write(waived.finding());
        detail.set("waiver", WaiverJson.write(waived.waiver()));
        event(draft, waived.finding(), EventType.FINDING_WAIVED, "waived: ", detail);
    }

    private static Event event(Draft draft, Finding finding, EventType type, String what, ObjectNode detail) {
        String summary = what + finding.rule().id() + " " + finding.rule().title() + " ("
                + finding.rule().severity().word() + ")";
        return draft.event(type, draft.host(finding.host()).host(), summary, detail);
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
