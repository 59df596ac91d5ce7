package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.graph.Ledger.MarkedHost;
import dev.muster.collector.graph.StandingWaiver;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Waiver;
import dev.muster.collector.model.WaiverJson;
import dev.muster.scripts.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes and ends waivers, and carries out what follows.
 *
 * <p>Maintainer's note. A beginning and an end are facts at once, in the commit that tells of them; the hosts follow some a commit, in the
 * order of their ids, and the waiver remembers how far that got. So a crash in between goes on where it stopped, and a host that reports
 * meanwhile is judged by the new state anyway: judging asks for the waivers in force, never for this progress.
 */
final class Waiving {
    static final int MAX_REASON_CHARS = 500;
    static final int MAX_OWNER_CHARS = 100;
    private static final int MAX_NAME_CHARS = 253;

    /** Implementation choice: each judgement of a failure asks them all. */
    private static final int MAX_IN_FORCE = 1_000;

    /** Reports of agents wait no longer than for these. */
    private static final int HOSTS_A_COMMIT = 20;

    /** Looked at a commit to find those. */
    private static final int CANDIDATES = 1_000;

    private final Judging judging;
    private final Candidates candidates;

    /** Hosts on which the rules fail or are waived. */
    @FunctionalInterface
    interface Candidates {
        List<MarkedHost> above(Collection<String> rules, Collection<String> types, String id, int limit);
    }

    Waiving(Judging judging, Candidates candidates) {
        this.judging = judging;
        this.candidates = candidates;
    }

    Outcome.Waived create(Draft draft, Input.Waive command) {
        Optional<String> objection = objection(draft, command);
        if (objection.isPresent()) {
            return new Outcome.Waived.Refused(objection.get());
        }
        var waiver = new Waiver(
                "w" + (draft.to().seq() + 1),
                command.rule(),
                command.scope(),
                Draft.oneLine(command.reason()).strip(),
                Draft.oneLine(command.owner()).strip(),
                draft.at(),
                command.until(),
                Optional.empty());
        boolean isShort = !draft.at().plus(Waiver.WARNED_BEFORE).isBefore(waiver.until());
        draft.put(new StandingWaiver(waiver, StandingWaiver.NOWHERE, isShort));
        tell(draft, EventType.WAIVER_CREATED, waiver, "accepted until " + waiver.until() + " by " + waiver.owner());
        carryOut(draft, waiver.id());
        return new Outcome.Waived.Done(waiver);
    }

    private Optional<String> objection(Draft draft, Input.Waive command) {
        if (command.reason().isBlank() || command.reason().length() > MAX_REASON_CHARS) {
            return Optional.of("a waiver needs a reason, of at most " + MAX_REASON_CHARS + " characters");
        }
        if (command.owner().isBlank() || command.owner().length() > MAX_OWNER_CHARS) {
            return Optional.of("a waiver needs an owner, of at most " + MAX_OWNER_CHARS + " characters");
        }
        if (!command.until().isAfter(draft.at())
                || command.until().isAfter(draft.at().plus(Waiver.LONGEST))) {
            return Optional.of("a waiver needs an end, after now and within " + Waiver.LONGEST.toDays() + " days");
        }
        Waiver.Scope scope = command.scope();
        if (scope.host().isEmpty() && scope.role().isEmpty() && scope.label().isEmpty()) {
            return Optional.of("a waiver needs hosts: a host, a role or a label; host * is all of them");
        }
        if (scope.host().orElse("").length() > MAX_NAME_CHARS
                || !scope.role().map(Marks::isRole).orElse(true)
                || !scope.label().map(Marks::isLabel).orElse(true)) {
            return Optional.of("a waiver's host, role or label is no such name");
        }
        if (judging.rulesLike(command.rule()).isEmpty()) {
            return Optional.of("no rule in force is called " + Draft.oneLine(command.rule())
                    + Nearest.hint(command.rule(), judging.rulesLike("*")));
        }
        long inForce = draft.waivers().all().stream()
                .filter(each -> each.waiver().ended().isEmpty())
                .count();
        return inForce >= MAX_IN_FORCE
                ? Optional.of("there are " + MAX_IN_FORCE + " waivers in force")
                : Optional.empty();
    }

    Outcome.Waived end(Draft draft, Input.EndWaiver command) {
        Optional<StandingWaiver> standing = draft.waivers()
                .find(command.id())
                .filter(each -> each.waiver().ended().isEmpty());
        if (standing.isEmpty()) {
            return new Outcome.Waived.Refused("no waiver " + Draft.oneLine(command.id()) + " is in force");
        }
        String by = Draft.oneLine(command.by()).strip();
        return new Outcome.Waived.Done(
                end(draft, standing.get(), "ended by " + (by.isEmpty() ? "an administrator" : by)));
    }

    private Waiver end(Draft draft, StandingWaiver standing, String how) {
        Waiver ended = standing.waiver().end(draft.at(), how);
        draft.put(standing.with(ended));
        tell(draft, EventType.WAIVER_ENDED, ended, how);
        carryOut(draft, ended.id());
        return ended;
    }

    /** Ends what has expired, warns of what will, and carries out a part of what is left to do. */
    Outcome.WaiversSettled settle(Draft draft) {
        for (StandingWaiver standing : draft.waivers().all()) {
            Waiver waiver = standing.waiver();
            if (waiver.ended().isPresent()) {
                continue;
            }
            if (!draft.at().isBefore(waiver.until())) {
                end(draft, standing, "expired");
            } else if (!standing.warned() && !draft.at().isBefore(waiver.until().minus(Waiver.WARNED_BEFORE))) {
                draft.put(standing.warn());
                draft.mail(tell(draft, EventType.WAIVER_ENDING, waiver, "ends at " + waiver.until()));
            }
        }
        for (StandingWaiver standing : draft.waivers().all()) {
            if (!standing.isSettled()) {
                carryOut(draft, standing.waiver().id());
                break;
            }
        }
        return new Outcome.WaiversSettled(draft.waivers().all().stream().allMatch(StandingWaiver::isSettled));
    }

    private void carryOut(Draft draft, String id) {
        StandingWaiver standing = draft.waivers().find(id).orElseThrow();
        Waiver waiver = standing.waiver();
        List<String> rules = judging.rulesLike(waiver.rule());
        List<MarkedHost> found =
                new ArrayList<>(candidates.above(rules, judging.typesOf(rules), standing.settledThrough(), CANDIDATES));
        boolean areAll = found.size() < CANDIDATES;
        var hosts = new TreeMap<String, MarkedHost>();
        found.forEach(host -> hosts.put(host.id().toString(), host));
        String last = hosts.isEmpty() ? StandingWaiver.EVERYWHERE : hosts.lastKey();
        // What this commit did before is in no graph yet.
        for (HostRecord drafted : draft.hosts()) {
            String host = drafted.host().id().toString();
            if (host.compareTo(standing.settledThrough()) > 0 && (areAll || host.compareTo(last) <= 0)) {
                hosts.put(
                        host, new MarkedHost(drafted.host().id(), drafted.host().name(), drafted.marks()));
            }
        }
        int judged = 0;
        String through = areAll ? StandingWaiver.EVERYWHERE : last;
        for (var host : hosts.entrySet()) {
            if (judged == HOSTS_A_COMMIT) {
                break;
            }
            if (waiver.isAbout(
                    host.getValue().id(),
                    host.getValue().name(),
                    host.getValue().marks())) {
                judge(draft, host.getValue(), waiver);
                judged++;
                if (judged == HOSTS_A_COMMIT && !host.getKey().equals(hosts.lastKey())) {
                    through = host.getKey();
                }
            }
        }
        draft.put(standing.settled(through));
    }

    private void judge(Draft draft, MarkedHost host, Waiver waiver) {
        if (draft.host(host.id()).host().status() != HostStatus.RETIRED) {
            judging.judgeWaived(draft, host.id(), waiver);
        }
    }

    private static Event tell(Draft draft, EventType type, Waiver waiver, String what) {
        ObjectNode detail = WaiverJson.write(waiver);
        String summary = "waiver " + waiver.id() + " of " + waiver.rule() + " on "
                + waiver.scope().words() + ": " + what;
        return draft.event(type, Optional.empty(), "", summary, detail);
    }
}
