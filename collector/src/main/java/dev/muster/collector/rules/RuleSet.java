package dev.muster.collector.rules;

import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Rule;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The compiled rules of the active profiles. Immutable; judging is pure and may be done by several threads at once. */
public final class RuleSet {
    private final Catalogue catalogue;
    private final Parameters parameters;
    private final Profiles profiles;
    private final Map<String, CompiledRule> rules;
    private final Map<String, Set<String>> rulesByType;
    private final String hash;
    private final VerdictMemo memo = new VerdictMemo(VerdictMemo.MAX_WEIGHT_CHARS);

    RuleSet(Catalogue catalogue, Parameters parameters, Profiles profiles, Collection<CompiledRule> compiled) {
        this.profiles = profiles;
        this.catalogue = catalogue;
        this.parameters = parameters;
        var byId = new TreeMap<String, CompiledRule>();
        var byType = new TreeMap<String, Set<String>>();
        for (CompiledRule rule : compiled) {
            byId.put(rule.rule().id(), rule);
            for (String type : declared(catalogue, rule)) {
                byType.computeIfAbsent(type, _ -> new TreeSet<>())
                        .add(rule.rule().id());
            }
        }
        this.rules = byId;
        this.rulesByType = byType;
        this.hash = hash(catalogue, parameters, profiles, byId.values());
    }

    /** Changes whenever any verdict, or what is shown of a rule, may: with rules, parameters, declared facts and host functions. */
    public String hash() {
        return hash;
    }

    /** In the order of their ids. */
    public List<Rule> rules() {
        return rules.values().stream().map(CompiledRule::rule).toList();
    }

    /** The keys of all verdicts on a host, as {@link VerdictMap} has them. */
    public Set<String> keys(FactsView host) {
        return rules.values().stream()
                .filter(profiles.on(host))
                .map(CompiledRule::key)
                .collect(Collectors.toUnmodifiableSet());
    }

    public Optional<Rule> rule(String id) {
        return Optional.ofNullable(rules.get(id)).map(CompiledRule::rule);
    }

    /** The discovery types that rules read. */
    public Set<String> types() {
        return Set.copyOf(rulesByType.keySet());
    }

    /**
     * The paths and globs whose attributes rules read, over every value that their parameters have anywhere: what the
     * unnamed instance of fileattrs has to look for. A path that is not among them yet leaves its rules unknown.
     */
    public SortedSet<String> pathsRead() {
        var paths = new TreeSet<String>();
        rules.values().forEach(rule -> paths.addAll(rule.pathsRead()));
        return Collections.unmodifiableSortedSet(paths);
    }

    /** The discovery types that a rule reads, by itself or through host functions; empty for a rule that is not there. */
    public Set<String> readTypes(String ruleId) {
        CompiledRule rule = rules.get(ruleId);
        return rule == null ? Set.of() : Set.copyOf(declared(catalogue, rule));
    }

    /** The ids of the rules that must be judged again when a type's facts change. */
    public Set<String> rulesReading(String type) {
        return Set.copyOf(rulesByType.getOrDefault(type, Set.of()));
    }

    /** The ids of the rules whose verdict may change with the date alone. */
    public Set<String> rulesReadingToday() {
        return rules.values().stream()
                .filter(CompiledRule::readsToday)
                .map(rule -> rule.rule().id())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * What each rule that reads one of the types says of a host, in the order of the rules' ids.
     *
     * @param changed discovery types whose facts changed; {@link #types()} for all
     */
    public List<Judgement> judge(FactsView view, Set<String> changed, LocalDate today) {
        var touched = new ArrayList<Set<String>>();
        for (String type : changed) {
            touched.add(rulesByType.getOrDefault(type, Set.of()));
        }
        return judge(
                view,
                today,
                rule -> touched.stream()
                        .anyMatch(ids -> ids.contains(rule.rule().id())));
    }

    /** What some rules say, judged anew each time: to measure what that costs. */
    public List<Judgement> judgeUnremembered(FactsView view, Predicate<Rule> wanted, LocalDate today) {
        var scene = new Scene(view, today, catalogue, parameters.on(view));
        return rules.values().stream()
                .filter(rule -> wanted.test(rule.rule()))
                .filter(profiles.on(view))
                .map(rule -> rule.judge(scene))
                .toList();
    }

    /** As {@link #judge(FactsView, Set, LocalDate)}, when a new day begins: {@link #rulesReadingToday()}. */
    public List<Judgement> judgeNewDay(FactsView view, LocalDate today) {
        return judge(view, today, CompiledRule::readsToday);
    }

    /** Whether an unknown verdict comes from a broken rule, or facts that are not as declared; the reason says which. */
    public static boolean isFault(Judgement judgement) {
        return judgement
                .reason()
                .filter(reason -> reason.startsWith(CompiledRule.FAULT))
                .isPresent();
    }

    private List<Judgement> judge(FactsView view, LocalDate today, Predicate<CompiledRule> wanted) {
        var scene = new Scene(view, today, catalogue, parameters.on(view));
        return rules.values().stream()
                .filter(wanted)
                .filter(profiles.on(view))
                .map(rule -> judge(rule, scene))
                .toList();
    }

    private Judgement judge(CompiledRule rule, Scene scene) {
        var key = rule.memoKey(scene);
        var known = key.flatMap(memo::get);
        if (known.isPresent()) {
            return rule.over(known.get(), scene);
        }
        Judgement judgement = rule.judge(scene);
        key.ifPresent(inputs -> memo.put(inputs, judgement));
        return judgement;
    }

    /** How often a host was judged as another one like it had been. */
    public MemoCounters memo() {
        return memo.counters();
    }

    /** A host function may name types that nothing discovers yet, and that will never change. */
    private static Set<String> declared(Catalogue catalogue, CompiledRule rule) {
        var types = new TreeSet<>(rule.readTypes());
        types.retainAll(catalogue.names());
        return types;
    }

    private static String hash(
            Catalogue catalogue, Parameters parameters, Profiles profiles, Collection<CompiledRule> rules) {
        MessageDigest digest = Digests.sha256();
        Digests.update(digest, List.of(String.valueOf(HostFunctions.VERSION), EndOfLife.text(), catalogue.text()));
        Digests.update(digest, parameters.texts());
        Digests.update(digest, profiles.texts());
        rules.stream()
                .sorted(Comparator.comparing(rule -> rule.rule().id()))
                .forEach(rule -> Digests.update(digest, rule.texts()));
        return HexFormat.of().formatHex(digest.digest());
    }
}
