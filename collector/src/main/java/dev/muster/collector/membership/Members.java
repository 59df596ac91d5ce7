package dev.muster.collector.membership;

import dev.muster.collector.model.HostId;
import dev.muster.collector.model.Neighbour;
import dev.muster.collector.model.Silence;
import dev.muster.collector.model.Silence.State;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All hosts, who watches whom, and who said that it does not hear whom. What an agent is told follows from this alone. Changed in a copy
 * that becomes the committed one, and from then on no more, so that any thread may read it.
 */
public final class Members {
    /** A host with fewer neighbours that can hear it is watched by the collector. */
    static final int ENOUGH_NEIGHBOURS = 2;

    private final Map<HostId, Member> members;
    private final Map<HostId, Map<HostId, State>> silences;
    private final Rings rings;
    private final Set<HostId> concerned = new LinkedHashSet<>();
    private final Set<HostId> relinked = new LinkedHashSet<>();
    private final Map<Pair, Optional<State>> changedSilences = new HashMap<>();

    /** Two neighbours, one of which speaks of the other. */
    public record Pair(HostId reporter, HostId host) {}

    private Members(Map<HostId, Member> members, Map<HostId, Map<HostId, State>> silences, Rings rings) {
        this.members = members;
        this.silences = silences;
        this.rings = rings;
    }

    public static Members none() {
        return new Members(new HashMap<>(), new HashMap<>(), new Rings(member -> List.of(Rings.ALL)));
    }

    /** As it was when the collector stopped. */
    public static Members of(Collection<Member> members, Collection<Silence> silences) {
        Members loaded = none();
        members.forEach(loaded::put);
        silences.stream()
                .filter(each -> loaded.watches(each.reporter(), each.host()))
                .forEach(each -> loaded.silence(each.reporter(), each.host(), each.state()));
        return loaded.copy();
    }

    /** To change; what the copy says of changes begins with nothing. */
    public Members copy() {
        var copied = new HashMap<HostId, Map<HostId, State>>();
        silences.forEach((host, by) -> copied.put(host, new HashMap<>(by)));
        return new Members(new HashMap<>(members), copied, rings.copy());
    }

    public Optional<Member> get(HostId host) {
        return Optional.ofNullable(members.get(host));
    }

    public Collection<Member> all() {
        return members.values();
    }

    /** Whether it lives and others can watch it. */
    public boolean isMember(HostId host) {
        return rings.holds(host);
    }

    /** Those that others can watch. */
    public Collection<HostId> watched() {
        return rings.hosts();
    }

    public Set<HostId> neighbours(HostId host) {
        return rings.neighbours(host);
    }

    /** The hosts after it, by ring. */
    public Map<String, HostId> next(HostId host) {
        return rings.next(host);
    }

    Set<HostId> near(HostId host, int each) {
        return rings.near(host, each);
    }

    boolean watches(HostId reporter, HostId host) {
        return neighbours(host).contains(reporter);
    }

    /** Who does not hear the host. */
    public Map<HostId, State> silences(HostId host) {
        return Map.copyOf(silences.getOrDefault(host, Map.of()));
    }

    public Optional<State> silence(HostId reporter, HostId host) {
        return Optional.ofNullable(silences.getOrDefault(host, Map.of()).get(reporter));
    }

    /** How many of its neighbours the host says it does not hear. */
    int complaints(HostId reporter) {
        return (int) neighbours(reporter).stream()
                .filter(host -> silence(reporter, host).isPresent())
                .count();
    }

    /** Whether too few neighbours can hear it. */
    public boolean isWatchedByCollector(HostId host) {
        Member member = members.get(host);
        return member != null && rings.holds(host) && hearing(member) < ENOUGH_NEIGHBOURS;
    }

    private long hearing(Member member) {
        return neighbours(member.id()).stream()
                .filter(other -> !isPathBroken(member.id(), other))
                .flatMap(other -> get(other).stream())
                .filter(other -> !addresses(other, member).isEmpty())
                .count();
    }

    /** Whether either of the two complains of the other, and both live. */
    public boolean isPathBroken(HostId one, HostId other) {
        return silence(one, other).filter(State.PATH_PROBLEM::equals).isPresent()
                || silence(other, one).filter(State.PATH_PROBLEM::equals).isPresent();
    }

    /** What the host's agent is told. */
    public List<Neighbour> told(HostId host) {
        Member member = members.get(host);
        if (member == null || !rings.holds(host)) {
            return List.of();
        }
        Stream<Neighbour> agents = neighbours(host).stream()
                .flatMap(other -> get(other).stream())
                .flatMap(other -> agent(other, member).stream());
        Stream<Neighbour> collector =
                isWatchedByCollector(host) ? Stream.of(new Neighbour.Collector()) : Stream.empty();
        return Stream.concat(agents, collector).toList();
    }

    private static Optional<Neighbour> agent(Member other, Member reader) {
        List<InetSocketAddress> addresses = addresses(other, reader);
        return addresses.isEmpty()
                ? Optional.empty()
                : other.publicKey().map(key -> new Neighbour.Agent(key, addresses));
    }

    /** Where the collector sees it, then where it says it is, on the same port: behind another NAT one may be right and the other not. */
    private static List<InetSocketAddress> addresses(Member of, Member reader) {
        return of.seenAt().stream()
                .flatMap(at -> Stream.concat(
                        Stream.of(at),
                        of.addresses().stream()
                                .flatMap(text -> literal(text).stream())
                                .map(address -> new InetSocketAddress(address, at.getPort()))))
                .filter(at -> isUsable(at.getAddress())
                        && (reader.isLocal() || !at.getAddress().isLoopbackAddress()))
                .distinct()
                .limit(Neighbour.Agent.MAX_ADDRESSES)
                .toList();
    }

    private static boolean isUsable(InetAddress address) {
        boolean scoped = address instanceof Inet6Address v6 && v6.getScopeId() != 0;
        return !scoped
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !address.isLinkLocalAddress();
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return text.contains("%") ? Optional.empty() : Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // ---- changes

    /** A member is new, or is another than it was. */
    public void put(Member member) {
        Member before = members.put(member.id(), member);
        boolean isSameToOthers =
                before != null && before.running(member.agentRun()).equals(member);
        if (isSameToOthers) {
            return;
        }
        concerned.add(member.id());
        Set<HostId> moved = rings.place(member);
        if (moved.isEmpty()) {
            // Somebody else's list holds its key and addresses.
            concerned.addAll(neighbours(member.id()));
            return;
        }
        concerned.addAll(moved);
        relinked.addAll(moved);
        moved.forEach(this::forgetStrangers);
        if (!rings.holds(member.id())) {
            forgetAbout(member.id());
        }
    }

    /** The host is no more. */
    public void remove(HostId host) {
        Member member = members.get(host);
        if (member != null) {
            put(member.withKey(Optional.empty()));
            members.remove(host);
        }
    }

    /** Only a neighbour is heard: nobody else can say anything about the host. */
    public void silence(HostId reporter, HostId host, State state) {
        if (!watches(reporter, host)) {
            return;
        }
        silences.computeIfAbsent(host, none -> new HashMap<>()).put(reporter, state);
        note(reporter, host, Optional.of(state));
    }

    /** The reporter hears the host again. */
    public void heard(HostId reporter, HostId host) {
        Map<HostId, State> by = silences.getOrDefault(host, Map.of());
        if (by.containsKey(reporter)) {
            by.remove(reporter);
            if (by.isEmpty()) {
                silences.remove(host);
            }
            note(reporter, host, Optional.empty());
        }
    }

    private void note(HostId reporter, HostId host, Optional<State> state) {
        changedSilences.put(new Pair(reporter, host), state);
        concerned.add(host);
        concerned.add(reporter);
    }

    /** What those that are no neighbours any more said of it. */
    private void forgetStrangers(HostId host) {
        Set<HostId> left = silences.getOrDefault(host, Map.of()).keySet().stream()
                .filter(reporter -> !watches(reporter, host))
                .collect(Collectors.toSet());
        left.forEach(reporter -> heard(reporter, host));
    }

    private void forgetAbout(HostId reporter) {
        List<HostId> hosts = silences.entrySet().stream()
                .filter(each -> each.getValue().containsKey(reporter))
                .map(Map.Entry::getKey)
                .toList();
        hosts.forEach(host -> heard(reporter, host));
    }

    /** The edges after these hosts are to be stored anew. */
    public void relink(Collection<HostId> hosts) {
        relinked.addAll(hosts);
    }

    // ---- what changed in this copy

    /** Everybody whose orders, or whose life, must be looked at again. */
    public Set<HostId> concerned() {
        return Set.copyOf(concerned);
    }

    /** Those that have others after them than before, by host: the edges to store. */
    public Map<HostId, Map<String, HostId>> relinked() {
        return relinked.stream().collect(Collectors.toMap(host -> host, this::next, (a, b) -> a, HashMap::new));
    }

    /** What is to be stored of who does not hear whom; empty where it is heard again. */
    public Map<Pair, Optional<State>> changedSilences() {
        return Map.copyOf(changedSilences);
    }
}
