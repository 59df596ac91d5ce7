package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.graph.HostRecord.Stream;
import dev.muster.collector.graph.Ledger.Order;
import dev.muster.collector.graph.StandingWaiver;
import dev.muster.collector.graph.Write;
import dev.muster.collector.graph.projection.Difference;
import dev.muster.collector.graph.projection.Projections;
import dev.muster.collector.membership.Members;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.Outbox;
import dev.muster.collector.model.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A commit in the making: what is decided so far sees itself, and nobody else does until it is committed. Owned by the apply worker. */
final class Draft {
    /** Events and outbox rows hold no more of a text that came from outside. */
    private static final int MAX_SUMMARY_CHARS = 500;

    private final Order from;
    private Instant at;
    private boolean begun;
    private final Roster committedRoster;
    private final Set<EventType> hooked;
    private @Nullable Roster ownRoster;
    private final Members committedMembers;
    private @Nullable Members ownMembers;
    private Waivers waivers;
    private final Function<HostId, HostRecord> committed;
    private final Map<HostId, HostRecord> hosts = new LinkedHashMap<>();
    private final Map<HostId, Map<Stream, Long>> advancedFrom = new LinkedHashMap<>();
    private final Map<String, Write.EnrolmentToken> tokens = new LinkedHashMap<>();
    private final Set<String> rules = new HashSet<>();
    private final Projections projections;
    private final Map<HostId, Shown> shown = new LinkedHashMap<>();
    private final List<Write> writes = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<KnownAgent> bound = new ArrayList<>();
    private final List<String> revoked = new ArrayList<>();
    /** Whose facts of which types came, or who itself did: then "" is among them. */
    private final Map<HostId, Set<String>> heard = new LinkedHashMap<>();

    private int outboxRows;

    /** What the graph shows of a host before the draft, and the types whose facts the draft changes. */
    private record Shown(HostRecord before, Set<String> changed) {}

    /**
     * Begins after the commit {@code from}.
     *
     * @param now the clock; the commit's time is this, and at least a millisecond after the last
     * @param hooked the events that hooks are told of
     */
    Draft(
            Order from,
            Instant now,
            Roster roster,
            Members members,
            Waivers waivers,
            Set<EventType> hooked,
            Function<HostId, HostRecord> committed,
            Projections projections) {
        Instant floor = from.at().plusMillis(1);
        Instant rounded = Instant.ofEpochMilli(now.toEpochMilli());
        this.from = from;
        this.at = rounded.isBefore(floor) ? floor : rounded;
        this.committedRoster = roster;
        this.committedMembers = members;
        this.waivers = waivers;
        this.hooked = hooked;
        this.committed = committed;
        this.projections = projections;
    }

    /**
     * Begins the next input of the batch: a time of its own for each, so that a finding which opens, clears and opens again
     * within one commit is three moments of history and two findings.
     */
    void nextInput() {
        if (begun) {
            at = at.plusMillis(1);
        }
        begun = true;
    }

    /** The time of the present input. */
    Instant at() {
        return at;
    }

    Order from() {
        return from;
    }

    Order to() {
        return new Order(from.seq() + events.size(), at);
    }

    /** The draft's own, which becomes the committed one. Copied at the first use: most commits enrol nobody. */
    Roster roster() {
        Roster own = ownRoster;
        if (own == null) {
            own = committedRoster.copy();
            ownRoster = own;
        }
        return own;
    }

    Roster rosterAfter() {
        return ownRoster == null ? committedRoster : ownRoster;
    }

    /** To change; copied at the first use. */
    Members members() {
        Members own = ownMembers;
        if (own == null) {
            own = committedMembers.copy();
            ownMembers = own;
        }
        return own;
    }

    /** To read; it becomes the committed one. */
    Members membersNow() {
        return ownMembers == null ? committedMembers : ownMembers;
    }

    /** As they stand in the draft. */
    Waivers waivers() {
        return waivers;
    }

    void put(StandingWaiver changed) {
        waivers = waivers.with(changed);
        writes.add(new Write.PutWaiver(changed));
    }

    /** Whose orders or life may be others than before. */
    Set<HostId> concerned() {
        return ownMembers == null ? Set.of() : ownMembers.concerned();
    }

    /** What the host's agent is to do may follow from its facts of that type, or, where that is empty, from its being there. */
    void heard(HostId host, String type) {
        heard.computeIfAbsent(host, none -> new HashSet<>()).add(type);
    }

    Map<HostId, Set<String>> heard() {
        return heard;
    }

    HostRecord host(HostId id) {
        HostRecord drafted = hosts.get(id);
        return drafted == null ? committed.apply(id) : drafted;
    }

    void put(HostRecord host) {
        hosts.put(host.host().id(), host);
        Membership.follow(this, host.host());
    }

    Collection<HostRecord> hosts() {
        return hosts.values();
    }

    /**
     * The graph is to show what the host's facts of that type became.
     *
     * @param before the host ahead of this change
     */
    void show(HostRecord before, String type) {
        if (projections.concerns(type)) {
            shown.computeIfAbsent(before.host().id(), none -> new Shown(before, new HashSet<>()))
                    .changed()
                    .add(type);
        }
    }

    /**
     * The graph is to show nothing of the host's facts any more: it is retired in this draft.
     *
     * @param before the host ahead of that
     */
    void showNone(HostRecord before) {
        shown.computeIfAbsent(before.host().id(), none -> new Shown(before, new HashSet<>()))
                .changed()
                .addAll(projections.types());
    }

    /** All that the host's facts made is dropped, whatever made it. */
    void forget(HostId id, String declarations) {
        writes.add(new Write.Forget(id));
        put(host(id).projectedBy(declarations));
    }

    /** The graph is to show all of the host's facts, of which it shows none. */
    void showAll(HostId id) {
        writes.add(new Write.Show(id, projections.whole(host(id).shown()), at));
        put(host(id).projectedBy(projections.hash()));
    }

    /** The hash of what facts become. */
    String declarations() {
        return projections.hash();
    }

    private void addShown(List<Write> all) {
        shown.forEach((id, host) -> {
            Difference difference = projections.difference(host.before().shown(), host(id).shown(), host.changed());
            if (!difference.isEmpty()) {
                all.add(new Write.Show(id, difference, at));
            }
        });
    }

    void write(Write write) {
        writes.add(write);
    }

    /** Each rule once, however many hosts it opened on. */
    void rule(Rule rule, String ruleSet) {
        if (rules.add(rule.id())) {
            writes.add(new Write.PutRule(rule, ruleSet));
        }
    }

    Optional<Write.EnrolmentToken> token(String hash) {
        return Optional.ofNullable(tokens.get(hash));
    }

    void put(Write.EnrolmentToken token) {
        tokens.put(token.hash(), token);
    }

    void bind(KnownAgent agent) {
        roster().bind(agent);
        bound.add(agent);
        writes.add(new Write.BindAgent(agent.keyId(), agent.publicKey(), agent.host(), at, Optional.empty()));
        Membership.key(this, host(agent.host()).host(), Optional.of(agent.publicKey()));
    }

    /** A key that may speak as the other does; neighbours know the host by the other until that is revoked. */
    void succeed(KnownAgent agent, String predecessor) {
        roster().succeed(agent, predecessor);
        bound.add(agent);
        writes.add(new Write.BindAgent(agent.keyId(), agent.publicKey(), agent.host(), at, Optional.of(predecessor)));
    }

    void revoke(KnownAgent agent) {
        roster().revoke(agent.keyId());
        revoked.add(agent.keyId());
        writes.add(new Write.RevokeAgent(agent.keyId(), at));
        Optional<String> left = roster().agentsOf(agent.host()).stream()
                .map(KnownAgent::publicKey)
                .findFirst();
        Membership.key(this, host(agent.host()).host(), left);
    }

    /** Notes that the stream's next record is applied. */
    void advance(HostId host, Stream stream) {
        HostRecord record = host(host);
        long last = record.applied(stream);
        advancedFrom.computeIfAbsent(host, none -> new LinkedHashMap<>()).putIfAbsent(stream, last);
        put(record.with(stream, last + 1));
    }

    Event event(EventType type, Host host, String summary, ObjectNode detail) {
        return event(type, Optional.of(host.id()), host.name(), host.name() + " " + summary, detail);
    }

    Event event(EventType type, Optional<HostId> host, String name, String summary, ObjectNode detail) {
        var event = new Event(from.seq() + events.size() + 1, at, type, host, name, oneLine(summary), detail);
        events.add(event);
        writes.add(new Write.AddEvent(event));
        if (hooked.contains(type)) {
            deliver(event, Outbox.HOOKS);
        }
        return event;
    }

    /** A mail about one event. */
    void mail(Event event) {
        deliver(event, Outbox.MAIL);
    }

    private void deliver(Event event, String route) {
        outboxRows++;
        writes.add(new Write.AddOutbox(rowId(event, route), route, List.of(event.seq()), at, at));
    }

    /** A mail about the event, with others of its host that come within {@code settle}. */
    void mailSummary(Event event, HostId host, Duration settle) {
        outboxRows++;
        writes.add(new Write.Summarise(
                rowId(event, Outbox.MAIL), Outbox.MAIL, host, List.of(event.seq()), at, at.plus(settle)));
    }

    /** With the time, so that a graph that begins anew gives no Message-ID of the old one a second time. */
    private static String rowId(Event event, String route) {
        return route + "-" + event.at().toEpochMilli() + "-" + event.seq();
    }

    int outboxRows() {
        return outboxRows;
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    List<KnownAgent> bound() {
        return bound;
    }

    List<String> revoked() {
        return revoked;
    }

    /** Everything to commit; empty where nothing changed. */
    List<Write> writes() {
        List<Write> all = new ArrayList<>(writes);
        addShown(all);
        hosts.values().forEach(host -> all.add(new Write.PutHost(host)));
        tokens.values().forEach(token -> all.add(new Write.PutToken(token)));
        addMembers(all);
        advancedFrom.forEach((host, streams) -> streams.forEach((stream, last) ->
                all.add(new Write.Advance(host, stream, last, host(host).applied(stream)))));
        return all;
    }

    private void addMembers(List<Write> all) {
        Members own = ownMembers;
        if (own == null) {
            return;
        }
        own.relinked().forEach((host, next) -> all.add(new Write.PutNext(host, next)));
        own.changedSilences()
                .forEach((pair, state) -> all.add(new Write.PutSilence(pair.reporter(), pair.host(), state, at)));
    }

    /** Without control characters, and bounded: names and errors come from outside. */
    static String oneLine(String text) {
        String cut = text.length() <= MAX_SUMMARY_CHARS ? text : text.substring(0, MAX_SUMMARY_CHARS) + "…";
        return cut.codePoints()
                .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
