package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Proves the samples: each rule's conditions are changed in one operator or constant at a time, and some sample of its type has to be judged
 * otherwise by that. What no sample notices might as well be wrong in the rule.
 */
final class RuleMutants {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

    /** A condition with a hundred operators is tested by its first ones. */
    private static final int MAX_A_CONDITION = 40;

    private static final Pattern TOKEN = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|[A-Za-z_][A-Za-z0-9_]*|[0-9]+(?:\\.[0-9]+)?|==|!=|<=|>=|&&|\\|\\||[<>!]");

    private static final Map<String, List<String>> FLIPS = Map.ofEntries(
            Map.entry("==", List.of("!=")),
            Map.entry("!=", List.of("==")),
            Map.entry("<", List.of(">=", "<=")),
            Map.entry("<=", List.of(">", "<")),
            Map.entry(">", List.of("<=", ">=")),
            Map.entry(">=", List.of("<", ">")),
            Map.entry("&&", List.of("||")),
            Map.entry("||", List.of("&&")),
            Map.entry("!", List.of("")),
            Map.entry("true", List.of("false")),
            Map.entry("false", List.of("true")),
            Map.entry("all", List.of("exists")),
            Map.entry("exists", List.of("all")));

    /** The sample that this thread judges. */
    private final ThreadLocal<JsonNode> answers = ThreadLocal.withInitial(MissingNode::getInstance);

    private final Catalogue catalogue = Catalogue.shipped();
    private final Map<String, List<Judged>> samples = new HashMap<>();
    private final List<DraftRule> drafts = new ArrayList<>();
    private final RuleLanguage language;
    private final Parameters parameters;

    /** A sample under a host name of its own, by which its parameters are found. */
    private record Judged(SampleHost host, String name) implements FactsView {
        @Override
        public Optional<Facts> facts(InstanceKey key) {
            return host.facts().facts(key);
        }

        @Override
        public String hostName() {
            return name;
        }

        @Override
        public Set<String> roles() {
            return host.facts().roles();
        }

        @Override
        public Set<String> labels() {
            return host.facts().labels();
        }
    }

    /** A condition that was changed, and where. */
    record Mutant(String rule, String change, String text) {
        @Override
        public String toString() {
            return rule + ": " + change + " in " + OneLine.of(text);
        }
    }

    /**
     * What became of the mutants of one rule.
     *
     * @param tried those that compile
     * @param survivors those that no sample tells from the rule
     */
    record Result(String rule, int tried, List<Mutant> survivors) {}

    RuleMutants(List<Path> folders) throws IOException {
        var values = new HashMap<String, Map<String, JsonNode>>();
        for (Path folder : folders) {
            SampleHost host = SampleHost.of(folder);
            String name = host.type() + "/" + folder.getFileName();
            values.put(name, host.parameters());
            samples.computeIfAbsent(host.type(), _ -> new ArrayList<>()).add(new Judged(host, name));
        }
        var declared = new ArrayList<Parameter>();
        for (RuleSource source : RuleSource.shipped()) {
            var read = RuleReader.read(source);
            drafts.addAll(read.rules());
            declared.addAll(read.parameters());
        }
        this.parameters =
                Parameters.of(declared, new ParameterValues(Map.of(), Map.of(), Map.of(), values), new ArrayList<>());
        this.language = new CelLanguage(catalogue, parameters, SampleHost.functions(answers::get));
    }

    /** Of the rules whose type has samples; in parallel. */
    List<Result> run() {
        return drafts.parallelStream()
                .filter(draft -> samples.containsKey(draft.rule().type()))
                .map(this::run)
                .toList();
    }

    private Result run(DraftRule draft) {
        List<Verdict> right =
                verdicts(compile(draft, draft.when(), draft.rule().check()).orElseThrow());
        var survivors = new ArrayList<Mutant>();
        int tried = 0;
        for (Part part : Part.values()) {
            String text = part == Part.CHECK ? draft.rule().check() : draft.when();
            for (Mutant mutant : mutants(draft.rule().id(), text)) {
                Optional<CompiledRule> changed = part == Part.CHECK
                        ? compile(draft, draft.when(), mutant.text())
                        : compile(draft, mutant.text(), draft.rule().check());
                if (changed.isPresent()) {
                    tried++;
                    if (verdicts(changed.get()).equals(right)) {
                        survivors.add(mutant);
                    }
                }
            }
        }
        return new Result(draft.rule().id(), tried, survivors);
    }

    private enum Part {
        WHEN,
        CHECK
    }

    private Optional<CompiledRule> compile(DraftRule draft, String when, String check) {
        try {
            var changed =
                    new DraftRule(draft.rule(), draft.own(), when, draft.missing(), draft.file(), draft.line(), 1, 1);
            return Optional.of(new CompiledRule(
                    changed, language.compile(draft.own(), when), language.compile(draft.own(), check), catalogue));
        } catch (RuleException e) {
            return Optional.empty();
        }
    }

    private List<Verdict> verdicts(CompiledRule rule) {
        var verdicts = new ArrayList<Verdict>();
        for (Judged sample : samples.getOrDefault(rule.rule().type(), List.of())) {
            answers.set(sample.host().answers());
            verdicts.add(rule.judge(new Scene(sample, TODAY, catalogue, parameters.on(sample)))
                    .verdict());
        }
        return verdicts;
    }

    /** A condition changed in one place at a time. */
    static List<Mutant> mutants(String rule, String text) {
        var mutants = new ArrayList<Mutant>();
        Matcher token = TOKEN.matcher(text);
        while (token.find() && mutants.size() < MAX_A_CONDITION) {
            for (String other : others(token.group())) {
                String changed = text.substring(0, token.start()) + other + text.substring(token.end());
                mutants.add(new Mutant(rule, token.group() + " → " + (other.isEmpty() ? "nothing" : other), changed));
            }
        }
        return mutants;
    }

    private static List<String> others(String token) {
        char first = token.charAt(0);
        if (first == '"' || first == '\'') {
            return List.of(token.substring(0, token.length() - 1) + "~" + first);
        }
        if (token.matches("[0-9]{1,15}")) {
            long number = Long.parseLong(token);
            return List.of(Long.toString(number + 1), "(" + (number - 1) + ")");
        }
        return FLIPS.getOrDefault(token, List.of());
    }
}
