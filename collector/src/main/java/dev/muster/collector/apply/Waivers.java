package dev.muster.collector.apply;

import dev.muster.collector.graph.StandingWaiver;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Waiver;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The waivers in force, and those whose end is not carried out everywhere yet. Immutable; a change is a copy. */
final class Waivers {
    static final Waivers NONE = new Waivers(Map.of());

    private final Map<String, StandingWaiver> standing;

    private Waivers(Map<String, StandingWaiver> standing) {
        this.standing = standing;
    }

    static Waivers of(List<StandingWaiver> all) {
        var standing = new LinkedHashMap<String, StandingWaiver>();
        all.forEach(each -> standing.put(each.waiver().id(), each));
        return new Waivers(standing);
    }

    /** What has ended and is carried out everywhere is not kept. */
    Waivers with(StandingWaiver changed) {
        var copy = new LinkedHashMap<>(standing);
        if (changed.isSettled() && changed.waiver().ended().isPresent()) {
            copy.remove(changed.waiver().id());
        } else {
            copy.put(changed.waiver().id(), changed);
        }
        return new Waivers(copy);
    }

    Collection<StandingWaiver> all() {
        return List.copyOf(standing.values());
    }

    Optional<StandingWaiver> find(String id) {
        return Optional.ofNullable(standing.get(id));
    }

    /** Of several that accept the failure the one that lasts longest. */
    Optional<Waiver> accepting(String rule, HostId host, String name, Marks marks, Instant at) {
        return standing.values().stream()
                .map(StandingWaiver::waiver)
                .filter(waiver -> waiver.accepts(rule, host, name, marks, at))
                .max(Comparator.comparing(Waiver::until).thenComparing(Waiver::id));
    }
}
