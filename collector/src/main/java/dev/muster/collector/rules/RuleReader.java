package dev.muster.collector.rules;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Severity;
import dev.muster.scripts.Nearest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads the form of one file of rules, token by token: each complaint knows its line, and nothing is built of what a file
 * nests or refers to. Anchors and aliases, the makings of YAML bombs, are refused.
 */
final class RuleReader {
    private static final YAMLFactory YAML = YAMLFactory.builder().build();

    /** Implementation choices: what a hostile file may cost. */
    private static final int MAX_RULES = 5_000;

    private static final int MAX_PROBLEMS = 100;
    private static final int MAX_REFS = 50;
    private static final int MAX_TEXT_CHARS = 10_000;

    private static final String REFS = "refs";

    /** Members that an entry may begin with in place of {@code id}: what becomes of rules that were read before. */
    private static final String REPLACE = "replace";

    private static final String DISABLE = "disable";
    private static final String BASIS = "basis";
    private static final Set<String> DERIVING = Set.of(REPLACE, DISABLE, BASIS);
    private static final Map<String, Set<String>> NEEDED_TO_DERIVE =
            Map.of(REPLACE, Set.of(REPLACE), DISABLE, Set.of(DISABLE, "why"), BASIS, Set.of(BASIS));
    private static final Set<String> NEEDED =
            Set.of("id", "title", "category", "severity", "when", "check", "missing", "why", "fix", "profile");
    private static final Set<String> KNOWN = known();
    static final String ANCHORS =
            "anchors and aliases (& and *) are not allowed; text that starts with them needs quotes";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{1,63}");
    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
    private static final Map<String, Set<String>> WORDS = Map.of(
            "category",
            Set.of("security", "networking", "containers", "logging", "patching", "availability", "integrity"),
            "severity",
            Set.of("low", "medium", "high"),
            "missing",
            Set.of("na", "fail", "pass"),
            "profile",
            Set.of("base", "strict", "stig"),
            BASIS,
            Set.of("none", "shipped"));

    private final RuleSource source;
    private final List<DraftRule> rules = new ArrayList<>();
    private final List<Derivation> derivations = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private RuleReader(RuleSource source) {
        this.source = source;
    }

    record Result(
            List<DraftRule> rules, List<Derivation> derivations, List<Parameter> parameters, List<Problem> problems) {}

    static Result read(RuleSource source) {
        var reader = new RuleReader(source);
        reader.read();
        return new Result(
                List.copyOf(reader.rules),
                List.copyOf(reader.derivations),
                List.copyOf(reader.parameters),
                List.copyOf(reader.problems));
    }

    private record Text(String value, int line) {}

    /** One rule as it is read. */
    private static final class Entry {
        final int line;
        final Map<String, Text> texts = new HashMap<>();
        final List<String> refs = new ArrayList<>();
        final Set<String> seen = new TreeSet<>();
        final List<Problem> problems = new ArrayList<>();

        Entry(int line) {
            this.line = line;
        }

        String text(String member) {
            Text text = texts.get(member);
            return text == null ? "" : text.value();
        }
    }

    private void read() {
        if (source.text().length() > RuleSource.MAX_BYTES) {
            complain(1, "the file is larger than " + RuleSource.MAX_BYTES + " bytes");
            return;
        }
        try (YAMLParser parser = YAML.createParser(source.text())) {
            readList(parser);
        } catch (JsonParseException e) {
            // What was read before it stands; the rule it is in was not taken yet.
            complain(Math.max(1, e.getLocation().getLineNr()), "not YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            complain(1, "cannot be read: " + e.getMessage());
        }
    }

    private void readList(YAMLParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            return;
        }
        if (first != JsonToken.START_ARRAY) {
            complain(line(parser), "must be a list of rules, each starting with \"- id:\"");
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (rules.size() + parameters.size() >= MAX_RULES || problems.size() >= MAX_PROBLEMS) {
                complain(line(parser), "too many rules or problems: the rest of the file is not read");
                return;
            }
            readItem(parser);
        }
        if (parser.nextToken() != null) {
            complain(line(parser), "a second document: only the first is read");
        }
    }

    private void readItem(YAMLParser parser) throws IOException {
        var entry = new Entry(line(parser));
        if (parser.currentToken() != JsonToken.START_OBJECT || refersElsewhere(parser)) {
            complain(entry.line, refersElsewhere(parser) ? ANCHORS : "is no rule: a map with an id is needed");
            parser.skipChildren();
            return;
        }
        JsonToken member = parser.nextToken();
        if (member == JsonToken.FIELD_NAME && ParameterReader.FIRST.equals(parser.currentName())) {
            var read = ParameterReader.read(parser, source.name(), entry.line);
            read.parameter().ifPresent(parameters::add);
            problems.addAll(read.problems());
            return;
        }
        for (; member != JsonToken.END_OBJECT; member = parser.nextToken()) {
            readMember(parser, entry);
        }
        finish(entry);
    }

    private void readMember(YAMLParser parser, Entry entry) throws IOException {
        String name = parser.currentName();
        int line = line(parser);
        JsonToken value = parser.nextToken();
        if (!KNOWN.contains(name)) {
            wrong(entry, line, "unknown member " + name + Nearest.hint(name, KNOWN));
            parser.skipChildren();
        } else if (!entry.seen.add(name)) {
            wrong(entry, line, name + " is there twice");
            parser.skipChildren();
        } else if (refersElsewhere(parser)) {
            wrong(entry, line, ANCHORS);
            parser.skipChildren();
        } else if (name.equals(REFS)) {
            readRefs(parser, entry);
        } else if (value != JsonToken.VALUE_STRING) {
            wrong(entry, line, name + " must be text" + (value.isScalarValue() ? ": write it in quotes" : ""));
            parser.skipChildren();
        } else {
            keep(entry, name, new Text(parser.getText(), line(parser)));
        }
    }

    static boolean refersElsewhere(YAMLParser parser) throws IOException {
        return parser.getObjectId() != null || isAlias(parser);
    }

    /** Deprecated there since aliases were to become object ids, which they have not. */
    @SuppressWarnings("deprecation")
    private static boolean isAlias(YAMLParser parser) {
        return parser.isCurrentAlias();
    }

    private static void readRefs(YAMLParser parser, Entry entry) throws IOException {
        int line = line(parser);
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            wrong(entry, line, "refs must be a list of texts");
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING || refersElsewhere(parser)) {
                wrong(entry, line(parser), "each of refs must be text");
                parser.skipChildren();
            } else if (entry.refs.size() < MAX_REFS) {
                entry.refs.add(OneLine.of(parser.getText()));
            } else if (entry.refs.size() == MAX_REFS) {
                wrong(entry, line(parser), "more than " + MAX_REFS + " refs");
            }
        }
    }

    private static void keep(Entry entry, String name, Text text) {
        Set<String> words = WORDS.get(name);
        if (text.value().isBlank()) {
            wrong(entry, text.line(), name + " is empty");
        } else if (text.value().length() > MAX_TEXT_CHARS) {
            wrong(entry, text.line(), name + " is longer than " + MAX_TEXT_CHARS + " characters");
        } else if (words != null && !words.contains(text.value())) {
            wrong(
                    entry,
                    text.line(),
                    name + " is \"" + text.value() + "\", not one of " + new TreeSet<>(words)
                            + Nearest.hint(text.value(), words));
        } else if (name.equals("instance") && !INSTANCE.matcher(text.value()).matches()) {
            wrong(entry, text.line(), "instance is \"" + text.value() + "\", which does not match " + INSTANCE);
        } else if (name.equals("id") && !ID.matcher(text.value()).matches()) {
            wrong(entry, text.line(), "id is \"" + text.value() + "\", which does not match " + ID);
        } else {
            entry.texts.put(name, text);
        }
    }

    private void finish(Entry entry) {
        for (String deriving : DERIVING) {
            if (entry.seen.contains(deriving)) {
                finishDeriving(entry, deriving);
                return;
            }
        }
        finishRule(entry);
    }

    private void finishDeriving(Entry entry, String deriving) {
        Set<String> needed = NEEDED_TO_DERIVE.getOrDefault(deriving, Set.of());
        for (String name : new TreeSet<>(needed)) {
            if (!entry.seen.contains(name)) {
                wrong(entry, entry.line, deriving + " lacks " + name);
            }
        }
        for (String name : entry.seen) {
            boolean isOfRule = deriving.equals(REPLACE) && !DERIVING.contains(name) && !name.equals("id");
            if (!needed.contains(name) && !isOfRule) {
                wrong(entry, entry.line, deriving + " does not go together with " + name);
            }
        }
        if (entry.problems.isEmpty()) {
            derivations.add(derivation(entry, deriving));
        }
        entry.problems.forEach(problem ->
                problems.add(new Problem(source.name(), problem.line(), entry.text(deriving), problem.text())));
    }

    private Derivation derivation(Entry entry, String deriving) {
        return switch (deriving) {
            case DISABLE -> new Derivation.Disable(entry.text(DISABLE), source.name(), entry.line);
            case BASIS -> Derivation.basis(entry.text(BASIS));
            default -> {
                var texts = new TreeMap<String, String>();
                entry.texts.forEach((name, text) -> texts.put(name, text.value().strip()));
                yield new Derivation.Replace(
                        entry.text(REPLACE),
                        texts,
                        entry.seen.contains(REFS) ? Optional.of(entry.refs) : Optional.empty(),
                        source.name(),
                        entry.line,
                        textLine(entry, "when"),
                        textLine(entry, "check"));
            }
        };
    }

    private void finishRule(Entry entry) {
        for (String name : new TreeSet<>(NEEDED)) {
            if (!entry.seen.contains(name)) {
                wrong(entry, entry.line, "lacks " + name);
            }
        }
        if (!entry.seen.contains("type") && source.type().isEmpty()) {
            wrong(entry, entry.line, "lacks type, the discovery type that it reads");
        }
        if (entry.problems.isEmpty()) {
            rules.add(draft(entry));
            return;
        }
        for (Problem problem : entry.problems) {
            problems.add(new Problem(source.name(), problem.line(), entry.text("id"), problem.text()));
        }
    }

    private DraftRule draft(Entry entry) {
        var rule = new Rule(
                entry.text("id"),
                OneLine.of(entry.text("title")),
                Optional.ofNullable(entry.texts.get("type"))
                        .map(Text::value)
                        .or(source::type)
                        .orElseThrow(),
                entry.text("category"),
                Severity.of(entry.text("severity")),
                entry.text("check").strip(),
                entry.text("why").strip(),
                entry.text("fix").strip(),
                entry.refs,
                entry.text("profile"));
        return new DraftRule(
                rule,
                new InstanceKey(rule.type(), entry.text("instance")),
                entry.text("when").strip(),
                MissingPolicy.valueOf(entry.text("missing").toUpperCase(Locale.ROOT)),
                source.name(),
                entry.line,
                textLine(entry, "when"),
                textLine(entry, "check"));
    }

    /** Text of several lines is a block, which starts on the line after its indicator. */
    private static int textLine(Entry entry, String member) {
        Text text = entry.texts.get(member);
        if (text == null) {
            return entry.line;
        }
        return text.value().strip().indexOf('\n') < 0 ? text.line() : text.line() + 1;
    }

    private static void wrong(Entry entry, int line, String text) {
        if (entry.problems.size() < MAX_PROBLEMS) {
            entry.problems.add(new Problem("", line, "", OneLine.of(text)));
        }
    }

    private void complain(int line, String text) {
        problems.add(new Problem(source.name(), line, "", OneLine.of(text)));
    }

    static int line(YAMLParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private static Set<String> known() {
        var known = new TreeSet<>(NEEDED);
        known.add(REFS);
        known.add("type");
        known.add("instance");
        known.addAll(DERIVING);
        return Set.copyOf(known);
    }
}
