package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.InstanceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What host functions answer about packages of the system's own manager. Facts: for each manager a map of {@code name::arch}
 * to a version or a list of versions, as the manager writes them; {@code names} may list more.
 */
final class Packages {
    static final String TYPE = "packages";

    private static final String NAMES = "names";
    private static final String ARCH_SEPARATOR = "::";

    private Packages() {}

    private record Installed(VersionOrder order, String version) {}

    static Answer isInstalled(Scene scene, List<Object> arguments) {
        String name = HostFunctions.text(arguments, 0);
        return Source.ask(scene, "pkg", TYPE, from -> {
            boolean found = index(scene, from).containsKey(name);
            return found ? Answer.YES : from.unless(Answer.NO, places());
        });
    }

    /** Where several are installed the latest. */
    static Answer version(Scene scene, List<Object> arguments) {
        return ofLatest(
                scene, "pkgVersion", HostFunctions.text(arguments, 0), (order, version) -> new Answer.Value(version));
    }

    /** In the order of the manager that installed it; an epoch counts only where the wanted version names one. */
    static Answer isAtLeast(Scene scene, List<Object> arguments) {
        String wanted = HostFunctions.text(arguments, 1);
        return ofLatest(scene, "pkgVerGe", HostFunctions.text(arguments, 0), (order, version) -> {
            String comparable = wanted.contains(":") ? version : version.substring(version.indexOf(':') + 1);
            return new Answer.Value(order.compare(comparable, wanted) >= 0);
        });
    }

    private static Answer ofLatest(
            Scene scene, String function, String name, BiFunction<VersionOrder, String, Answer> body) {
        return Source.ask(
                scene,
                function,
                TYPE,
                from -> latest(index(scene, from).getOrDefault(name, List.of()))
                        .map(found -> body.apply(found.order(), found.version()))
                        .orElseGet(() -> from.unless(new Answer.Missing("package " + name), places())));
    }

    private static Optional<Installed> latest(List<Installed> versions) {
        return versions.stream().max((a, b) -> a.order().compare(a.version(), b.version()));
    }

    private static String[] places() {
        var places = new ArrayList<>(List.of(NAMES));
        for (VersionOrder order : VersionOrder.values()) {
            places.add(order.member());
        }
        return places.toArray(String[]::new);
    }

    private static Map<String, List<Installed>> index(Scene scene, Source from) {
        return scene.workedOut(InstanceKey.unnamed(TYPE), "by name", () -> index(from.data()));
    }

    private static Map<String, List<Installed>> index(JsonNode data) {
        var byName = new HashMap<String, List<Installed>>();
        data.path(NAMES).forEach(name -> byName.put(name.asText(), new ArrayList<>(1)));
        for (VersionOrder order : VersionOrder.values()) {
            for (var entry : data.path(order.member()).properties()) {
                var versions = byName.computeIfAbsent(nameOf(entry.getKey()), _ -> new ArrayList<>(1));
                JsonNode value = entry.getValue();
                if (value.isTextual()) {
                    versions.add(new Installed(order, value.textValue()));
                } else {
                    value.forEach(version -> versions.add(new Installed(order, version.asText())));
                }
            }
        }
        return byName;
    }

    private static String nameOf(String key) {
        int end = key.indexOf(ARCH_SEPARATOR);
        return end < 0 ? key : key.substring(0, end);
    }
}
