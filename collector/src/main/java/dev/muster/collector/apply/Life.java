package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.graph.Write;
import dev.muster.collector.membership.Member;
import dev.muster.collector.membership.Members;
import dev.muster.collector.membership.Verdict;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.Silence;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What happens to a host's state when it connects, says goodbye, is reported or is judged. */
final class Life {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Life() {}

    static Outcome.Seen hello(Draft draft, Input.HelloSeen hello) {
        HostRecord before = draft.host(hello.host());
        HostRecord now = Hosts.seen(Hosts.described(before, hello.attributes()), draft.at());
        draft.put(now);
        boolean sameBoot =
                before.host().attributes().bootId().equals(hello.attributes().bootId());
        Optional<Member> member = draft.membersNow().get(hello.host());
        switch (before.host().status()) {
            case UP -> cameWithoutLeaving(draft, now.host(), member, hello, sameBoot);
            case DOWN, AGENT_DIED, SHUT_DOWN ->
                back(draft, now, hello.attributes().bootId(), sameBoot ? Boot.SAME : Boot.NEW);
            case RETIRED -> {}
        }
        member.ifPresent(known -> seen(draft, known, hello));
        draft.heard(hello.host(), "");
        return new Outcome.Seen();
    }

    private enum Boot {
        SAME,
        NEW
    }

    private static void seen(Draft draft, Member known, Input.HelloSeen hello) {
        Member seen = draft.membersNow()
                .get(known.id())
                .orElse(known)
                .seen(hello.from(), hello.attributes().addresses(), hello.agentRun());
        if (!known.seenAt().equals(seen.seenAt()) || !known.agentRun().equals(seen.agentRun())) {
            draft.write(new Write.PutAgentSeen(hello.host(), hello.from(), hello.agentRun()));
        }
        if (!seen.equals(draft.membersNow().get(known.id()).orElse(known))) {
            draft.members().put(seen);
        }
    }

    /** Back so soon that nobody had missed it. A goodbye that was not heard tells it from a crash. */
    private static void cameWithoutLeaving(
            Draft draft, Host host, Optional<Member> member, Input.HelloSeen hello, boolean sameBoot) {
        boolean otherRun = member.map(Member::agentRun)
                .map(run -> run.isPresent() && run.getAsLong() != hello.agentRun())
                .orElse(false);
        boolean wasSeen = member.flatMap(Member::seenAt).isPresent();
        if (sameBoot && otherRun) {
            agentCameBack(draft, host, hello);
        } else if (!sameBoot && wasSeen) {
            ObjectNode detail = JSON.objectNode()
                    .put("rebooted", true)
                    .put("bootId", hello.attributes().bootId());
            draft.event(EventType.HOST_UP, host, "was restarted without a goodbye", detail);
        }
    }

    private static void agentCameBack(Draft draft, Host host, Input.HelloSeen hello) {
        ObjectNode left = JSON.objectNode().put("back", true);
        switch (hello.lastRun()) {
            case ENDED ->
                draft.event(
                        EventType.HOST_SHUT_DOWN,
                        host,
                        "was stopped for a moment, out of reach of the collector",
                        left);
            case DIED, UNKNOWN ->
                draft.mail(draft.event(
                        EventType.HOST_AGENT_DIED, host, "lost its agent without a goodbye; it runs again", left));
        }
        ObjectNode detail = JSON.objectNode()
                .put("rebooted", false)
                .put("bootId", hello.attributes().bootId());
        draft.event(EventType.HOST_UP, host, "has its agent again", detail);
    }

    private static void back(Draft draft, HostRecord away, String bootId, Boot boot) {
        Host was = away.host();
        HostRecord up = Hosts.turned(away, HostStatus.UP, draft.at());
        draft.put(up);
        Duration gone = Duration.between(was.since(), draft.at());
        ObjectNode detail = JSON.objectNode()
                .put("before", was.status().word())
                .put("downSince", was.since().toString())
                .put("awaySeconds", gone.toSeconds())
                .put("rebooted", boot == Boot.NEW)
                .put("bootId", bootId);
        String how = boot == Boot.NEW ? ", rebooted" : ", without a reboot";
        Event event = draft.event(EventType.HOST_UP, up.host(), "is back after " + span(gone) + how, detail);
        if (was.status().isOutage()) {
            draft.mail(event);
        }
    }

    /** That of an earlier process comes late, and changes nothing: the agent runs again. */
    static void goodbye(Draft draft, Input.Goodbye goodbye) {
        OptionalLong running =
                draft.membersNow().get(goodbye.host()).map(Member::agentRun).orElse(OptionalLong.empty());
        if (running.isPresent() && running.getAsLong() != goodbye.agentRun()) {
            return;
        }
        HostRecord host = Hosts.turned(draft.host(goodbye.host()), HostStatus.SHUT_DOWN, draft.at());
        draft.put(host);
        ObjectNode detail = JSON.objectNode().put("reason", Draft.oneLine(goodbye.reason()));
        draft.event(EventType.HOST_SHUT_DOWN, host.host(), "shut down: " + goodbye.reason(), detail);
    }

    /** Keeps what a neighbour says; what follows from it is concluded later. */
    static void reported(Draft draft, Input.PeerReported report) {
        Optional<HostId> subject = draft.roster().agent(report.peerKeyId()).map(KnownAgent::host);
        if (subject.isEmpty()) {
            return;
        }
        HostId host = subject.get();
        Optional<Silence.State> stood = draft.membersNow().silence(report.host(), host);
        switch (report.what()) {
            case SILENT -> {
                if (stood.isEmpty() && draft.membersNow().neighbours(host).contains(report.host())) {
                    draft.members().silence(report.host(), host, Silence.State.REPORTED);
                }
            }
            case BACK -> {
                if (stood.isPresent()) {
                    draft.members().heard(report.host(), host);
                    recovered(draft, report.host(), host, stood.get());
                }
            }
        }
    }

    private static void recovered(Draft draft, HostId reporter, HostId host, Silence.State stood) {
        if (stood == Silence.State.PATH_PROBLEM && !draft.membersNow().isPathBroken(reporter, host)) {
            ObjectNode detail = JSON.objectNode().put("reporter", reporter.toString());
            draft.event(
                    EventType.PATH_RECOVERED,
                    draft.host(host).host(),
                    "is heard by " + name(draft, reporter) + " again",
                    detail);
        }
    }

    /** What does not fit what is committed by now does nothing. */
    static Outcome.Seen concluded(Draft draft, Verdict verdict) {
        switch (verdict) {
            case Verdict.Down down -> {
                if (isAt(draft, down.host(), HostStatus.UP)) {
                    down(draft, down);
                }
            }
            case Verdict.AgentDied died -> {
                if (isAt(draft, died.host(), HostStatus.UP)) {
                    died(draft, died);
                }
            }
            case Verdict.Alive alive -> alive(draft, alive.host());
            case Verdict.PathProblem problem -> pathProblem(draft, problem);
            case Verdict.Reached reached ->
                member(draft, reached.host())
                        .ifPresent(host -> draft.event(
                                EventType.PATH_RECOVERED, host, "is heard by the collector again", JSON.objectNode()));
            case Verdict.Isolated isolated -> {
                String summary = "the collector hears " + isolated.heard() + " of " + isolated.hosts()
                        + " hosts: its own network is suspected, and no host is called down for that";
                collector(draft, EventType.COLLECTOR_DEGRADED, summary, isolated.heard(), isolated.hosts());
            }
            case Verdict.Connected again -> {
                String summary = "the collector hears " + again.heard() + " of " + again.hosts() + " hosts again";
                collector(draft, EventType.COLLECTOR_RECOVERED, summary, again.heard(), again.hosts());
            }
        }
        return new Outcome.Seen();
    }

    private static void down(Draft draft, Verdict.Down verdict) {
        String why = verdict.reporters().isEmpty()
                ? ", and no neighbour is left that could hear it"
                : ", and is not heard by " + names(draft, verdict.reporters());
        outage(
                draft,
                verdict.host(),
                HostStatus.DOWN,
                EventType.HOST_DOWN,
                "is down: it does not answer" + why,
                verdict.reporters());
    }

    private static void died(Draft draft, Verdict.AgentDied verdict) {
        outage(
                draft,
                verdict.host(),
                HostStatus.AGENT_DIED,
                EventType.HOST_AGENT_DIED,
                "has no agent any more: the host lives, and nobody listens there",
                verdict.reporters());
    }

    private static void outage(
            Draft draft, HostId id, HostStatus status, EventType type, String summary, Set<HostId> reporters) {
        HostRecord host = Hosts.turned(draft.host(id), status, draft.at());
        ObjectNode detail =
                JSON.objectNode().put("lastReport", draft.host(id).host().seen().toString());
        ArrayNode by = detail.putArray("reportedBy");
        reporters.stream().map(reporter -> name(draft, reporter)).sorted().forEach(by::add);
        draft.put(withSeen(host, draft.host(id).host()));
        draft.mail(draft.event(type, host.host(), summary, detail));
    }

    /** Silence is no sight of it. */
    private static HostRecord withSeen(HostRecord turned, Host before) {
        return Hosts.seen(turned, before.seen());
    }

    private static void alive(Draft draft, HostId id) {
        Optional<Host> host = member(draft, id);
        if (host.isPresent() && host.get().status() != HostStatus.UP) {
            HostRecord seen = Hosts.seen(draft.host(id), draft.at());
            back(draft, seen, host.get().attributes().bootId(), Boot.SAME);
        }
    }

    private static void pathProblem(Draft draft, Verdict.PathProblem problem) {
        if (!isAt(draft, problem.host(), HostStatus.UP)) {
            return;
        }
        Host host = draft.host(problem.host()).host();
        if (problem.reporter().isEmpty()) {
            draft.event(
                    EventType.PATH_PROBLEM,
                    host,
                    "is not heard by the collector, but by its neighbours",
                    JSON.objectNode());
            return;
        }
        HostId reporter = problem.reporter().get();
        Members members = draft.membersNow();
        if (members.silence(reporter, problem.host())
                .filter(Silence.State.REPORTED::equals)
                .isEmpty()) {
            return;
        }
        boolean known = members.isPathBroken(reporter, problem.host());
        draft.members().silence(reporter, problem.host(), Silence.State.PATH_PROBLEM);
        if (!known) {
            ObjectNode detail = JSON.objectNode().put("reporter", reporter.toString());
            draft.event(
                    EventType.PATH_PROBLEM,
                    host,
                    "lives and is not heard by " + name(draft, reporter) + ": the way between them is broken",
                    detail);
        }
    }

    private static void collector(Draft draft, EventType type, String summary, int heard, int hosts) {
        ObjectNode detail = JSON.objectNode().put("heard", heard).put("hosts", hosts);
        draft.mail(draft.event(type, Optional.empty(), "", summary, detail));
    }

    private static boolean isAt(Draft draft, HostId host, HostStatus status) {
        return draft.membersNow()
                .get(host)
                .filter(member -> member.status() == status)
                .isPresent();
    }

    private static Optional<Host> member(Draft draft, HostId host) {
        return draft.membersNow().get(host).map(member -> draft.host(host).host());
    }

    private static String names(Draft draft, Set<HostId> hosts) {
        List<String> names =
                hosts.stream().map(host -> name(draft, host)).sorted().toList();
        return String.join(" and ", names);
    }

    private static String name(Draft draft, HostId host) {
        return draft.membersNow().get(host).map(Member::name).orElse(host.toString());
    }

    /** For example {@code 2h5m7s}. */
    private static String span(Duration span) {
        return span.truncatedTo(ChronoUnit.SECONDS).toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
