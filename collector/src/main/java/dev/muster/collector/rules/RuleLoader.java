package dev.muster.collector.rules;

import dev.muster.collector.model.NameGlob;
import dev.muster.scripts.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Makes a {@link RuleSet} of files. Compiling takes seconds for hundreds of rules and all processors: once per set, not in an event loop. */
public final class RuleLoader {
    /** Active unless somebody asks for more. */
    public static final Set<String> DEFAULT_PROFILES = Set.of("base");

    private RuleLoader() {}

    /** The rules that come with the product. */
    public static LoadResult shipped() {
        return load(Catalogue.shipped(), RuleSource.shipped(), DEFAULT_PROFILES);
    }

    /**
     * Any rules over any types.
     *
     * @param sources in the order in which an id is first come, first served
     * @param profiles the active ones; rules of others are checked and left out
     */
    public static LoadResult load(Catalogue catalogue, List<RuleSource> sources, Set<String> profiles) {
        return load(catalogue, sources, profiles, ParameterValues.NONE);
    }

    /** As {@link #load(Catalogue, List, Set)}, with what an administrator sets parameters to. */
    public static LoadResult load(
            Catalogue catalogue, List<RuleSource> sources, Set<String> profiles, ParameterValues values) {
        return load(catalogue, sources, Profiles.everywhere(profiles), values);
    }

    /** As {@link #load(Catalogue, List, Set, ParameterValues)}, with other profiles on some hosts. */
    public static LoadResult load(
            Catalogue catalogue, List<RuleSource> sources, Profiles profiles, ParameterValues values) {
        return load(catalogue, sources, profiles, values, HostFunctions.shipped());
    }

    static LoadResult load(
            Catalogue catalogue,
            List<RuleSource> sources,
            Set<String> profiles,
            ParameterValues values,
            Collection<HostFunction> functions) {
        return load(catalogue, sources, Profiles.everywhere(profiles), values, functions);
    }

    static LoadResult load(
            Catalogue catalogue,
            List<RuleSource> sources,
            Profiles profiles,
            ParameterValues values,
            Collection<HostFunction> functions) {
        return load(catalogue, sources, profiles, values, functions, draft -> true);
    }

    /**
     * The rules of one file over those of others: of what the others have, only what the file makes another rule.
     *
     * @param file in place of one of the same name among the others
     */
    public static LoadResult trial(
            Catalogue catalogue, List<RuleSource> others, RuleSource file, Profiles profiles, ParameterValues values) {
        var sources = new ArrayList<RuleSource>();
        others.stream()
                .filter(source -> !source.fileName().equals(file.fileName()) || RuleSource.isShipped(source))
                .forEach(sources::add);
        sources.add(file);
        LoadResult loaded = load(
                catalogue,
                sources,
                profiles,
                values,
                HostFunctions.shipped(),
                draft -> draft.file().equals(file.name()));
        return new LoadResult(
                loaded.set(),
                loaded.problems().stream()
                        .filter(problem -> problem.file().equals(file.name()))
                        .toList());
    }

    private static LoadResult load(
            Catalogue catalogue,
            List<RuleSource> sources,
            Profiles profiles,
            ParameterValues values,
            Collection<HostFunction> functions,
            Predicate<DraftRule> wanted) {
        var problems = new ArrayList<Problem>();
        var declared = new ArrayList<Parameter>();
        var drafts = unique(sources, declared, problems);
        var parameters = Parameters.of(declared, values, problems);
        var language = new CelLanguage(catalogue, parameters, functions);
        var rules = new ArrayList<CompiledRule>();
        for (Compiled compiled : drafts.parallelStream()
                .filter(wanted)
                .map(draft -> compile(draft, language, catalogue))
                .toList()) {
            compiled.rule()
                    .filter(rule -> profiles.isAnywhere(rule.rule().profile()))
                    .ifPresent(rules::add);
            compiled.problem().ifPresent(problems::add);
        }
        return new LoadResult(new RuleSet(catalogue, parameters, profiles, rules), problems);
    }

    private static Collection<DraftRule> unique(
            List<RuleSource> sources, List<Parameter> declared, List<Problem> problems) {
        var byId = new LinkedHashMap<String, DraftRule>();
        for (RuleSource source : sources) {
            var read = RuleReader.read(source);
            problems.addAll(read.problems());
            declared.addAll(read.parameters());
            if (read.derivations().contains(Derivation.Basis.NONE)) {
                byId.clear();
            }
            for (DraftRule draft : read.rules()) {
                DraftRule first = byId.putIfAbsent(draft.rule().id(), draft);
                if (first != null) {
                    problems.add(draft.problem(
                            draft.line(),
                            "the id is taken: " + first.file() + ":" + first.line()
                                    + "; to change that rule begin with \"- replace: "
                                    + draft.rule().id() + "\""));
                }
            }
            read.derivations().forEach(derivation -> derive(byId, derivation, problems));
        }
        return byId.values();
    }

    private static void derive(Map<String, DraftRule> byId, Derivation derivation, List<Problem> problems) {
        switch (derivation) {
            case Derivation.Basis _ -> {}
            case Derivation.Disable disable -> {
                if (!byId.keySet().removeIf(id -> NameGlob.matches(disable.rules(), id))) {
                    problems.add(disable.problem(
                            "there is no rule " + disable.rules() + Nearest.hint(disable.rules(), byId.keySet())));
                }
            }
            case Derivation.Replace replace -> {
                DraftRule base = byId.get(replace.rule());
                if (base == null) {
                    problems.add(replace.problem(
                            "there is no rule " + replace.rule() + Nearest.hint(replace.rule(), byId.keySet())));
                } else {
                    byId.put(replace.rule(), replace.of(base));
                }
            }
        }
    }

    /** Exactly one of the two. */
    private record Compiled(Optional<CompiledRule> rule, Optional<Problem> problem) {}

    private static Compiled compile(DraftRule draft, RuleLanguage language, Catalogue catalogue) {
        Condition when;
        try {
            when = language.compile(draft.own(), draft.when());
        } catch (RuleException e) {
            return refused(draft.problem(draft.whenLine() + e.line() - 1, "when: " + e.getMessage()));
        }
        try {
            Condition check = language.compile(draft.own(), draft.rule().check());
            return new Compiled(Optional.of(new CompiledRule(draft, when, check, catalogue)), Optional.empty());
        } catch (RuleException e) {
            return refused(draft.problem(draft.checkLine() + e.line() - 1, "check: " + e.getMessage()));
        }
    }

    private static Compiled refused(Problem problem) {
        return new Compiled(Optional.empty(), Optional.of(problem));
    }
}
