package dev.muster.collector.membership;

import dev.muster.collector.model.HostId;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Hosts in rings, in the order of their ids: each watches the one before and the one after it. What a ring looks like follows from who is
 * in it alone, so it is the same after a restart, a join concerns three hosts and a leave two.
 */
final class Rings {
    /** The one ring that there is so far. Rings by subnet put a host into others. */
    static final String ALL = "all";

    private static final Comparator<HostId> ORDER = Comparator.<HostId>comparingLong(
                    id -> id.value().getMostSignificantBits())
            .thenComparingLong(id -> id.value().getLeastSignificantBits());

    private final Function<Member, List<String>> placement;
    private final Map<String, NavigableSet<HostId>> rings = new TreeMap<>();
    private final Map<HostId, List<String>> places;

    /** @param placement the rings that a member belongs into */
    Rings(Function<Member, List<String>> placement) {
        this(placement, Map.of(), Map.of());
    }

    private Rings(
            Function<Member, List<String>> placement,
            Map<String, NavigableSet<HostId>> rings,
            Map<HostId, List<String>> places) {
        this.placement = placement;
        this.places = new TreeMap<>(ORDER);
        this.places.putAll(places);
        rings.forEach((name, ring) -> this.rings.put(name, new TreeSet<>(ring)));
    }

    Rings copy() {
        return new Rings(placement, rings, places);
    }

    /** Puts a member where it belongs now. Returns everybody whose neighbours are others than before. */
    Set<HostId> place(Member member) {
        List<String> wanted = member.canBeWatched() ? placement.apply(member) : List.of();
        List<String> before = places.getOrDefault(member.id(), List.of());
        if (wanted.equals(before)) {
            return Set.of();
        }
        var concerned = new LinkedHashSet<HostId>();
        before.forEach(ring -> concerned.addAll(leave(member.id(), ring)));
        wanted.forEach(ring -> concerned.addAll(join(member.id(), ring)));
        if (wanted.isEmpty()) {
            places.remove(member.id());
        } else {
            places.put(member.id(), List.copyOf(wanted));
        }
        return concerned;
    }

    private Set<HostId> join(HostId host, String name) {
        NavigableSet<HostId> ring = rings.computeIfAbsent(name, none -> new TreeSet<>(ORDER));
        ring.add(host);
        var concerned = new LinkedHashSet<>(around(host, ring));
        concerned.add(host);
        return concerned;
    }

    private Set<HostId> leave(HostId host, String name) {
        NavigableSet<HostId> ring = rings.get(name);
        if (ring == null) {
            return Set.of();
        }
        Set<HostId> concerned = new LinkedHashSet<>(around(host, ring));
        ring.remove(host);
        if (ring.isEmpty()) {
            rings.remove(name);
        }
        concerned.add(host);
        return concerned;
    }

    boolean holds(HostId host) {
        return places.containsKey(host);
    }

    Collection<HostId> hosts() {
        return places.keySet();
    }

    /** Who watches it, and whom it watches; none, one or two in each ring. */
    Set<HostId> neighbours(HostId host) {
        return places.getOrDefault(host, List.of()).stream()
                .flatMap(name -> around(host, ring(name)).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Those that come after it, by ring. */
    Map<String, HostId> next(HostId host) {
        var next = new TreeMap<String, HostId>();
        for (String name : places.getOrDefault(host, List.of())) {
            after(host, ring(name)).filter(other -> !other.equals(host)).ifPresent(other -> next.put(name, other));
        }
        return next;
    }

    /** Up to {@code each} hosts on both sides of where it is, or was, in every ring. */
    Set<HostId> near(HostId host, int each) {
        var near = new LinkedHashSet<HostId>();
        for (NavigableSet<HostId> ring : rings.values()) {
            HostId up = host;
            HostId down = host;
            for (int i = 0; i < Math.min(each, ring.size()); i++) {
                up = after(up, ring).orElse(up);
                down = before(down, ring).orElse(down);
                near.add(up);
                near.add(down);
            }
        }
        near.remove(host);
        return near;
    }

    private NavigableSet<HostId> ring(String name) {
        return Optional.ofNullable(rings.get(name)).orElseThrow();
    }

    private static Set<HostId> around(HostId host, NavigableSet<HostId> ring) {
        var around = new LinkedHashSet<HostId>();
        before(host, ring).ifPresent(around::add);
        after(host, ring).ifPresent(around::add);
        around.remove(host);
        return around;
    }

    private static Optional<HostId> after(HostId host, NavigableSet<HostId> ring) {
        HostId higher = ring.higher(host);
        return ring.isEmpty() ? Optional.empty() : Optional.of(higher == null ? ring.getFirst() : higher);
    }

    private static Optional<HostId> before(HostId host, NavigableSet<HostId> ring) {
        HostId lower = ring.lower(host);
        return ring.isEmpty() ? Optional.empty() : Optional.of(lower == null ? ring.getLast() : lower);
    }
}
