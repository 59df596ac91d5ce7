package dev.muster.agent.discovery;

import dev.muster.agent.discovery.PlannedInstance.FirstRun;
import dev.muster.agent.discovery.PlannedInstance.Pace;
import dev.muster.protocol.message.Desired;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What is discovered on this host, and how often.
 *
 * <p>Every type that fits the host's platform runs, once, but those that run on request only. The collector may switch types on and off, change their interval and parameters and
 * add instances; this host's administrator, who has the last word, may switch types on and off and set intervals. A capability that a type
 * needs and the agent lacks is no reason to leave it out: the script says what it was denied.
 *
 * @param instances by key, sorted
 * @param refusals wishes of the collector that are not fulfilled, one line each, for people
 */
public record DiscoveryPlan(List<PlannedInstance> instances, List<String> refusals) {
    /** A hundred times what triggers make on a busy host. */
    static final int MAX_INSTANCES = 2_000;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(31);

    /**
     * What this host's administrator says.
     *
     * @param on names of types that run although they do so on request only
     * @param off names of types that never run
     * @param intervals by type
     */
    public record Local(Set<String> on, Set<String> off, Map<String, Duration> intervals) {
        public Local {
            on = Set.copyOf(on);
            off = Set.copyOf(off);
            intervals = Map.copyOf(intervals);
        }
    }

    public DiscoveryPlan {
        instances = List.copyOf(instances);
        refusals = List.copyOf(refusals);
    }

    /**
     * Makes one.
     *
     * @param platforms this host's, see {@link Platforms}
     * @param isKnown whether the facts of an instance were handed over before
     */
    public static DiscoveryPlan of(
            Map<String, DiscoveryType> types,
            Set<String> platforms,
            Local local,
            Collection<Desired.Instance> wishes,
            Predicate<InstanceKey> isKnown) {
        var maker = new Maker(types, platforms, local, isKnown);
        wishes.stream().filter(wish -> wish.instance().isEmpty()).forEach(maker::first);
        types.values().forEach(maker::unwished);
        wishes.stream().filter(wish -> !wish.instance().isEmpty()).forEach(maker::another);
        return new DiscoveryPlan(List.copyOf(maker.plans.values()), maker.refusals);
    }

    /** The wish is not fulfilled; the text says why. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        private Refusal(String text) {
            super(text);
        }
    }

    private static final class Maker {
        private final Map<String, DiscoveryType> types;
        private final Set<String> platforms;
        private final Local local;
        private final Predicate<InstanceKey> isKnown;
        private final Map<InstanceKey, PlannedInstance> plans = new TreeMap<>();
        private final Set<String> decided = Collections.newSetFromMap(new TreeMap<>());
        private final Set<String> off = Collections.newSetFromMap(new TreeMap<>());
        private final List<String> refusals = new ArrayList<>();

        private Maker(
                Map<String, DiscoveryType> types, Set<String> platforms, Local local, Predicate<InstanceKey> isKnown) {
            this.types = types;
            this.platforms = platforms;
            this.local = local;
            this.isKnown = isKnown;
        }

        /** A wish that is refused leaves the type as it is declared. */
        private void first(Desired.Instance wish) {
            if (wish.run() == Desired.Run.OFF && types.containsKey(wish.type())) {
                decided.add(wish.type());
                off.add(wish.type());
                return;
            }
            another(wish);
        }

        private void another(Desired.Instance wish) {
            try {
                if (wish.run() == Desired.Run.ON) {
                    PlannedInstance plan = plan(wish);
                    decided.add(wish.type());
                    plans.put(plan.key(), plan);
                }
            } catch (Refusal e) {
                refusals.add(printable(key(wish).toString()) + ": " + e.getMessage());
            }
        }

        private void unwished(DiscoveryType type) {
            boolean runs = !decided.contains(type.name())
                    && type.script().isPresent()
                    && fits(type)
                    && isWanted(type)
                    && !local.off().contains(type.name());
            if (runs) {
                InstanceKey key = InstanceKey.of(type.name());
                plans.put(key, paced(key, type, Optional.empty(), Map.of()));
            }
        }

        private boolean isWanted(DiscoveryType type) {
            return switch (type.activation()) {
                case BY_DEFAULT -> true;
                case ON_REQUEST -> local.on().contains(type.name());
            };
        }

        private PlannedInstance plan(Desired.Instance wish) throws Refusal {
            DiscoveryType type = types.get(wish.type());
            refuseIf(type == null, "there is no such type here");
            if (type == null || type.script().isEmpty()) {
                throw new Refusal("it has no script");
            }
            refuseIf(!fits(type), "it is for " + String.join(", ", type.platforms()));
            refuseIf(local.off().contains(type.name()), "it is switched off on this host");
            refuseIf(off.contains(type.name()), "its type is switched off");
            refuseIf(plans.size() >= MAX_INSTANCES, "there are " + MAX_INSTANCES + " instances already");
            boolean sane = wish.interval()
                    .filter(each -> each.compareTo(SHORTEST) < 0 || each.compareTo(LONGEST) > 0)
                    .isEmpty();
            refuseIf(!sane, "an interval is from 1 second to 31 days");
            checkNames(type, wish.parameters());
            return paced(key(wish), type, wish.interval(), wish.parameters());
        }

        private static InstanceKey key(Desired.Instance wish) {
            return new InstanceKey(wish.type(), wish.instance());
        }

        /** Values are checked at each run, as files come and go. */
        private static void checkNames(DiscoveryType type, Map<String, String> given) throws Refusal {
            for (String name : given.keySet()) {
                refuseIf(!type.parameters().containsKey(name), "it has no parameter " + printable(name));
            }
        }

        /** What the administrator of this host says is kept to, whatever it costs; the collector's wish is not. */
        private PlannedInstance paced(
                InstanceKey key, DiscoveryType type, Optional<Duration> wished, Map<String, String> parameters) {
            FirstRun firstRun = isKnown.test(key) ? FirstRun.SPREAD : FirstRun.SOON;
            Duration told = local.intervals().get(type.name());
            if (told != null) {
                return new PlannedInstance(key, type, told, parameters, firstRun, Pace.AS_TOLD);
            }
            return new PlannedInstance(key, type, wished.orElse(type.interval()), parameters, firstRun);
        }

        private boolean fits(DiscoveryType type) {
            return type.platforms().isEmpty() || type.platforms().stream().anyMatch(platforms::contains);
        }

        private static void refuseIf(boolean bad, String why) throws Refusal {
            if (bad) {
                throw new Refusal(why);
            }
        }

        private static String printable(String name) {
            return name.substring(0, Math.min(name.length(), 64)).replaceAll("[^\\x20-\\x7e]", "?");
        }
    }
}
