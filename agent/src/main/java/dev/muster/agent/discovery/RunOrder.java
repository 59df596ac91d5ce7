package dev.muster.agent.discovery;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which planned types wait for which. An {@code after} that closes a circle is left out, or nothing in it would ever run. */
final class RunOrder {
    private final Map<String, Set<String>> before = new HashMap<>();

    private RunOrder() {}

    static Map<String, Set<String>> of(Collection<PlannedInstance> wanted) {
        var order = new RunOrder();
        Set<String> names = new HashSet<>();
        wanted.forEach(plan -> names.add(plan.key().type()));
        wanted.stream()
                .map(PlannedInstance::type)
                .sorted(Comparator.comparing(DiscoveryType::name))
                .forEach(type -> type.after().stream()
                        .filter(names::contains)
                        .forEach(predecessor -> order.add(type.name(), predecessor)));
        return order.before;
    }

    private void add(String type, String predecessor) {
        if (!waitsFor(predecessor, type, new HashSet<>())) {
            before.computeIfAbsent(type, name -> new HashSet<>()).add(predecessor);
        }
    }

    private boolean waitsFor(String type, String other, Set<String> seen) {
        if (type.equals(other)) {
            return true;
        }
        return seen.add(type)
                && before.getOrDefault(type, Set.of()).stream().anyMatch(next -> waitsFor(next, other, seen));
    }
}
