package dev.muster.collector.wishes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Wish;
import dev.muster.collector.model.Wishes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Puts together who asks for what. Lists of paths add up, of anything else the administrator's value holds. What facts start ends when
 * they are gone; what the administrator switches off is off, whoever else asks for it. Immutable and pure.
 */
public final class StandingWishes implements Wishes {
    /** What the wire and the agent take in one value. */
    private static final int MAX_LINES = 1_000;

    private static final int MAX_CHARS = 60 << 10;

    private final Declarations declarations;
    private final SiteSettings settings;
    private final Map<String, SortedMap<String, Collection<String>>> always;
    private final Set<String> sources;

    /** @param always lists of paths that every agent is asked for, by type and parameter */
    public StandingWishes(
            Declarations declarations,
            SiteSettings settings,
            Map<String, SortedMap<String, Collection<String>>> always) {
        this.declarations = declarations;
        this.settings = settings;
        this.always = Map.copyOf(always);
        this.sources = declarations.types().values().stream()
                .flatMap(type -> type.triggers().stream())
                .map(Trigger::of)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean followFrom(String type) {
        return sources.contains(type);
    }

    @Override
    public List<Wish> of(FactsView host) {
        SortedMap<String, TypeSettings> told = settings.of(host);
        SortedSet<String> types = new TreeSet<>(told.keySet());
        types.addAll(always.keySet());
        types.addAll(declarations.types().keySet());
        List<Wish> wishes = new ArrayList<>();
        for (String type : types) {
            wishes.addAll(new Asking(type, told.getOrDefault(type, TypeSettings.NOTHING)).wishes(host));
        }
        return wishes;
    }

    /** All that is asked for of one type. */
    private final class Asking {
        private final String type;
        private final TypeSettings told;
        private final SortedMap<String, Set<String>> lists = new TreeMap<>();
        private final SortedMap<String, SortedMap<String, String>> instances = new TreeMap<>();
        private boolean isAsked;

        private Asking(String type, TypeSettings told) {
            this.type = type;
            this.told = told;
            Declarations.Type declared = declarations.types().get(type);
            boolean runs = declared == null || declared.runs() || told.run().isPresent();
            this.isAsked = runs && !told.equals(TypeSettings.NOTHING);
        }

        private List<Wish> wishes(FactsView host) {
            if (told.run().filter(Wish.Run.OFF::equals).isPresent()) {
                return List.of(new Wish(type, "", Wish.Run.OFF, told.interval(), new TreeMap<>()));
            }
            always.getOrDefault(type, new TreeMap<>()).forEach(this::add);
            Declarations.Type declared = declarations.types().get(type);
            if (declared != null) {
                declared.triggers().forEach(trigger -> start(trigger, data(host, trigger.of())));
            }
            List<Wish> wishes = new ArrayList<>();
            if (isAsked) {
                wishes.add(wish("", parameters()));
            }
            instances.forEach((name, parameters) -> wishes.add(wish(name, parameters)));
            return wishes;
        }

        private void start(Trigger trigger, JsonNode data) {
            SortedSet<String> values = trigger.values(data);
            trigger.parameter().ifPresent(name -> values.removeIf(value -> !declarations.takes(type, name, value)));
            switch (trigger.instances()) {
                case ONE -> {
                    isAsked |= !values.isEmpty();
                    trigger.parameter().filter(name -> !values.isEmpty()).ifPresent(name -> add(name, values));
                }
                case EACH ->
                    values.forEach(value -> {
                        SortedMap<String, String> parameters = new TreeMap<>(told.parameters());
                        trigger.parameter().ifPresent(name -> parameters.put(name, value));
                        instances.put(value, parameters);
                    });
            }
        }

        private void add(String parameter, Collection<String> lines) {
            isAsked = true;
            lists.computeIfAbsent(parameter, none -> new LinkedHashSet<>()).addAll(new TreeSet<>(lines));
        }

        private SortedMap<String, String> parameters() {
            SortedMap<String, String> parameters = new TreeMap<>(told.parameters());
            lists.forEach((name, lines) -> {
                boolean adds = declarations.isList(type, name) || !parameters.containsKey(name);
                if (adds) {
                    Set<String> all = new LinkedHashSet<>(
                            parameters.getOrDefault(name, "").lines().toList());
                    all.addAll(lines);
                    parameters.put(name, joined(all));
                }
            });
            return parameters;
        }

        private Wish wish(String instance, SortedMap<String, String> parameters) {
            return new Wish(type, instance, Wish.Run.ON, told.interval(), parameters);
        }
    }

    private static JsonNode data(FactsView host, String type) {
        return host.facts(InstanceKey.unnamed(type))
                .map(Facts::data)
                .map(JsonNode.class::cast)
                .orElse(MissingNode.getInstance());
    }

    private static String joined(Collection<String> lines) {
        var text = new StringBuilder();
        int count = 0;
        for (String line : lines) {
            if (line.isEmpty()) {
                continue;
            }
            if (++count > MAX_LINES || text.length() + line.length() >= MAX_CHARS) {
                break;
            }
            text.append(text.isEmpty() ? "" : "\n").append(line);
        }
        return text.toString();
    }
}
