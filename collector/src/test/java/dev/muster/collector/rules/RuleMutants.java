package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.collector.model.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Proves the samples: each rule is changed in one operator or constant at a time, and some sample or case of its type has to be judged
 * otherwise by that. What none notices might as well be wrong in the rule.
 */
final class RuleMutants {
    private static final Pattern TOKEN = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|[A-Za-z_][A-Za-z0-9_]*|[0-9]+(?:\\.[0-9]+)?|==|!=|<=|>=|&&|\\|\\||[<>!]");

    /** A word of a pattern, not one of its signs; flags, classes and escapes are none. */
    private static final Pattern WORD = Pattern.compile("(?<![\\\\A-Za-z0-9_?\\[])[A-Za-z0-9_]{2,}");

    private static final Pattern MODE = Pattern.compile("[0-7]{4}");
    private static final Pattern VERSION = Pattern.compile("([0-9]+(?:\\.[0-9]+)*\\.)([0-9]{1,4})");

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

    private final Map<String, List<SampleHost>> samples = new HashMap<>();
    private final Map<String, List<SampleHost>> cases = new HashMap<>();
    private final SampleJudge judge;
    private final Set<Place> equal;

    /** Which of a rule's conditions, or what a parameter that they read is where nobody says otherwise. */
    enum Part {
        WHEN,
        CHECK,
        PARAM
    }

    /**
     * Where a condition is changed, and how.
     *
     * @param nth of the same changes in that condition, from 1
     */
    record Place(String rule, Part part, String change, int nth) {}

    /** A condition that was changed. */
    record Mutant(Place place, String text) {
        @Override
        public String toString() {
            return "%s: %s %s #%d in %s"
                    .formatted(
                            place.rule(),
                            place.part().name().toLowerCase(Locale.ROOT),
                            place.change(),
                            place.nth(),
                            OneLine.of(text));
        }
    }

    /**
     * What became of the mutants of one rule.
     *
     * @param tried those that compile
     * @param survivors those that no sample tells from the rule
     * @param equal those that no sample can tell from the rule, as somebody found, and none does
     */
    record Result(String rule, String type, int tried, List<Mutant> survivors, List<Place> equal) {}

    /** Over these hosts. The places are those whose mutants no host can tell from their rules. */
    RuleMutants(List<SampleHost> samples, List<RuleCase> cases, Set<Place> equal) {
        samples.forEach(host -> this.samples
                .computeIfAbsent(host.type(), _ -> new ArrayList<>())
                .add(host));
        cases.forEach(one -> one.rules()
                .forEach(rule ->
                        this.cases.computeIfAbsent(rule, _ -> new ArrayList<>()).add(one.host())));
        this.judge =
                new SampleJudge(Stream.concat(samples.stream(), cases.stream().map(RuleCase::host))
                        .toList());
        this.equal = Set.copyOf(equal);
    }

    /** Of the rules whose type has samples; in parallel. */
    List<Result> run() {
        return judge.drafts().parallelStream()
                .filter(draft -> samples.containsKey(draft.rule().type()))
                .map(this::run)
                .sorted(Comparator.comparing(Result::type).thenComparing(Result::rule))
                .toList();
    }

    private Result run(DraftRule draft) {
        CompiledRule rule = judge.rule(draft.rule().id()).orElseThrow();
        List<Verdict> right = verdicts(rule, Map.of());
        var tally = new Tally(right);
        for (Mutant mutant : mutants(draft.rule().id(), Part.WHEN, draft.when())) {
            judge.compile(draft, mutant.text(), draft.rule().check())
                    .ifPresent(changed -> tally.count(mutant, verdicts(changed, Map.of())));
        }
        for (Mutant mutant : mutants(draft.rule().id(), Part.CHECK, draft.rule().check())) {
            judge.compile(draft, draft.when(), mutant.text())
                    .ifPresent(changed -> tally.count(mutant, verdicts(changed, Map.of())));
        }
        for (Parameter parameter : judge.parametersOf(draft)) {
            parameter.standard().stream()
                    .flatMap(standard -> otherValues(standard).stream())
                    .forEach(other -> tally.count(
                            mutant(draft.rule().id(), parameter, other),
                            verdicts(rule, Map.of(parameter.name(), other))));
        }
        return new Result(draft.rule().id(), draft.rule().type(), tally.tried, tally.survivors, tally.alike);
    }

    private final class Tally {
        final List<Verdict> right;
        final List<Mutant> survivors = new ArrayList<>();
        final List<Place> alike = new ArrayList<>();
        int tried;

        Tally(List<Verdict> right) {
            this.right = right;
        }

        void count(Mutant mutant, List<Verdict> verdicts) {
            tried++;
            if (!verdicts.equals(right)) {
                return;
            }
            if (equal.contains(mutant.place())) {
                alike.add(mutant.place());
            } else {
                survivors.add(mutant);
            }
        }
    }

    private List<Verdict> verdicts(CompiledRule rule, Map<String, JsonNode> standards) {
        return Stream.concat(
                        samples.getOrDefault(rule.rule().type(), List.of()).stream(),
                        cases.getOrDefault(rule.rule().id(), List.of()).stream())
                .map(host -> judge.verdict(rule, host, standards))
                .toList();
    }

    private static Mutant mutant(String rule, Parameter parameter, JsonNode other) {
        String change = parameter.standard().orElseThrow() + " → " + other;
        return new Mutant(new Place(rule, Part.PARAM, change, 1), "param " + parameter.name());
    }

    /** Of a list each element is changed at a time. */
    private static List<JsonNode> otherValues(JsonNode value) {
        var nodes = JsonNodeFactory.instance;
        if (value.isTextual()) {
            return otherTexts(value.textValue(), "").stream()
                    .<JsonNode>map(nodes::textNode)
                    .toList();
        }
        if (value.isIntegralNumber()) {
            return List.of(nodes.numberNode(value.longValue() + 1), nodes.numberNode(value.longValue() - 1));
        }
        if (value.isBoolean()) {
            return List.of(nodes.booleanNode(!value.booleanValue()));
        }
        var lists = new ArrayList<JsonNode>();
        for (int i = 0; i < value.size(); i++) {
            for (JsonNode other : otherValues(value.get(i))) {
                lists.add(((ArrayNode) value.deepCopy()).set(i, other));
            }
        }
        return lists;
    }

    /** A condition changed in one place at a time. */
    static List<Mutant> mutants(String rule, Part part, String text) {
        var mutants = new ArrayList<Mutant>();
        var made = new HashMap<String, Integer>();
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            String before = text.substring(0, token.start());
            String after = text.substring(token.end());
            if (token.group().equals("in")) {
                int from = Operands.startOfLast(before);
                int to = Operands.endOfFirst(after);
                String turned = "!(" + before.substring(from) + "in" + after.substring(0, to) + ")";
                mutants.add(new Mutant(
                        place(rule, part, "in → not in", made), before.substring(0, from) + turned + after.substring(to)));
            }
            for (String other : others(token.group(), before, after)) {
                String change = token.group() + " → " + (other.isEmpty() ? "nothing" : other);
                mutants.add(new Mutant(place(rule, part, change, made), before + other + after));
            }
        }
        return mutants;
    }

    private static Place place(String rule, Part part, String change, Map<String, Integer> made) {
        return new Place(rule, part, change, made.merge(change, 1, Integer::sum));
    }

    private static List<String> others(String token, String before, String after) {
        char first = token.charAt(0);
        if (first == '"' || first == '\'') {
            String text = token.substring(1, token.length() - 1);
            List<String> texts = before.endsWith(".matches(") ? otherPatterns(text) : otherTexts(text, after);
            return texts.stream().map(other -> first + other + first).toList();
        }
        if (token.matches("[0-9]{1,15}")) {
            long number = Long.parseLong(token);
            return List.of(Long.toString(number + 1), "(" + (number - 1) + ")");
        }
        return FLIPS.getOrDefault(token, List.of());
    }

    /** Something that means as much as the text did: a mode with a bit more and a bit less, another version; else no word at all. */
    private static List<String> otherTexts(String text, String after) {
        if (MODE.matcher(text).matches()) {
            return otherModes(Integer.parseInt(text, 8));
        }
        Matcher version = VERSION.matcher(text);
        if (version.matches()) {
            return List.of(version.group(1) + (Integer.parseInt(version.group(2)) + 1));
        }
        // What comes after it does not matter to what a text begins with.
        return List.of(after.startsWith(".startsWith(") ? "~" + text : text + "~");
    }

    /** One that nothing matches, and one without each word in turn. */
    private static List<String> otherPatterns(String pattern) {
        var patterns = new ArrayList<String>();
        patterns.add(pattern + "~");
        Matcher word = WORD.matcher(pattern);
        while (word.find()) {
            patterns.add(pattern.substring(0, word.end()) + "~" + pattern.substring(word.end()));
        }
        return patterns;
    }

    /** More: the first of reading by others, writing by the group and by others that is not there. Less: the lowest bit that is. */
    private static List<String> otherModes(int mode) {
        var modes = new ArrayList<String>();
        IntStream.of(0004, 0020, 0002)
                .filter(bit -> (mode & bit) == 0)
                .limit(1)
                .forEach(bit -> modes.add("%04o".formatted(mode | bit)));
        modes.add("%04o".formatted(mode & (mode - 1)));
        return modes;
    }
}
