package dev.muster.scripts;

import static dev.muster.scripts.Markdown.cell;
import static dev.muster.scripts.Markdown.code;
import static dev.muster.scripts.Markdown.codes;
import static dev.muster.scripts.Markdown.prose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The page docs/types/TYPE.md: all that a type's folder says of it. */
final class TypePage {
    /** In which the kernel counts. */
    private static final long CPU_TICK_MS = 10;

    private static final Pattern EXIT = Pattern.compile("\\bexit ([3456])\\b");
    private static final Pattern UNVERIFIED =
            Pattern.compile("(?:[^.;:]|\\.(?=\\S))*\\bnot verified on a live\\b[^.]*", Pattern.CASE_INSENSITIVE);

    private static final Map<Integer, String> STATUSES = new TreeMap<>(Map.of(
            0, "ok",
            3, "absent",
            4, "unsupported",
            5, "denied",
            6, "partial"));

    private static final Map<String, String> MEANINGS = Map.of(
            "ok", "all facts are there",
            "absent", "what it looks at is not on this host; its rules do not apply",
            "unsupported", "this system cannot have it; its rules do not apply",
            "denied", "the agent may not look, or nothing answered; what was known stands, rules are unknown",
            "partial", "what is there holds; what is missing or cut off is named");

    private static final Map<String, String> FAMILIES = Map.of(
            "alpine", "Alpine",
            "debian", "Debian and Ubuntu",
            "rhel", "Red Hat and Fedora",
            "suse", "SUSE");

    private final Path folder;
    private final ObjectNode type;
    private final YamlNode yaml;
    private final StringBuilder page = new StringBuilder();

    private TypePage(Path folder) throws IOException, CatalogueException {
        this.folder = folder;
        this.type = CatalogueCompiler.compileType(folder);
        this.yaml = YamlNode.read(folder.resolve("discovery.yaml"));
    }

    static String of(Path folder, String generated) throws IOException, CatalogueException {
        var page = new TypePage(folder);
        page.write(generated);
        return page.page.toString();
    }

    /** A line of the table of all types. */
    static String row(Path folder) throws IOException, CatalogueException {
        String name = ShippedFiles.nameOf(folder);
        ObjectNode type = CatalogueCompiler.compileType(folder);
        return "| [" + name + "](types/" + name + ".md) | "
                + cell(type.path("description").asText()) + " | "
                + (type.path("enabled").asBoolean()
                        ? pause(type.path("interval_seconds").asLong())
                        : "on request") + " | " + rules(folder).size() + " |\n";
    }

    private void write(String generated) throws IOException, CatalogueException {
        page.append("# ").append(ShippedFiles.nameOf(folder)).append("\n\n").append(generated);
        page.append(prose(type.path("description").asText())).append(".\n");
        notes();
        howItRuns();
        whatItReads();
        parameters();
        facts();
        statuses();
        example();
        rulesOfIt();
    }

    private void notes() {
        String notes = type.path("notes").asText();
        var unverified = UNVERIFIED.matcher(notes.replace('\n', ' '));
        if (unverified.find()) {
            String sentence = unverified.group().replaceAll("\\s+", " ").strip();
            page.append("\n**Not verified on a live engine**: ")
                    .append(prose(sentence))
                    .append(".\n");
        }
        page.append('\n').append(prose(notes.strip())).append('\n');
    }

    private void howItRuns() {
        page.append("\n## How it runs\n\n| | |\n|---|---|\n");
        line("discovered by", type.path("runs").asText().equals("agent") ? "the agent itself" : "a script");
        line("runs on", starts());
        line("pause between two runs", pause(type.path("interval_seconds").asLong()));
        line("ended after", pause(type.path("timeout_seconds").asLong()));
        if (yaml.has("cpu_ms")) {
            long cpuMs = yaml.value().path("cpu_ms").asLong();
            line(
                    "CPU of a run",
                    (cpuMs < CPU_TICK_MS ? "less than " + CPU_TICK_MS : "about " + cpuMs)
                            + " ms on a small Debian host ([all types](../performance.md#types))");
        }
        line("capabilities, to see all", codes(type.path("needs"), "none"));
        if (!type.path("watch").isEmpty()) {
            line("runs at once on a change of", codes(type.path("watch"), ""));
        }
        if (!type.path("after").isEmpty()) {
            line("runs after", links(type.path("after")));
        }
        for (JsonNode trigger : type.path("triggers")) {
            line("started by", trigger(trigger));
        }
        if (Files.exists(folder.resolve(GraphFile.NAME))) {
            line("becomes in the graph", "[nodes and edges](../graph.md)");
        }
    }

    private String starts() {
        if (type.path("enabled").asBoolean()) {
            return "every host";
        }
        return type.path("triggers").isEmpty()
                ? "hosts where `TYPES_ON` or the collector asks for it"
                : "hosts where another type's facts ask for it";
    }

    private static String trigger(JsonNode trigger) {
        String of = trigger.path("of").asText();
        var text = new StringBuilder(
                "[" + of + "](" + of + ".md): each `" + trigger.path("each").asText() + "`");
        trigger.path("where")
                .properties()
                .forEach(where -> text.append(" whose `")
                        .append(where.getKey())
                        .append("` is `")
                        .append(where.getValue().asText())
                        .append('`'));
        if (trigger.has("parameter")) {
            text.append(" gives");
            if (trigger.has("value")) {
                text.append(" its `").append(trigger.path("value").asText()).append("` to");
            }
            text.append(" `").append(trigger.path("parameter").asText()).append('`');
        }
        return text.toString();
    }

    private void whatItReads() {
        page.append("\n## What it reads\n\n");
        JsonNode reads = yaml.value().path("reads");
        if (!reads.isEmpty()) {
            page.append("Files, and what lies in folders: ")
                    .append(codes(reads, ""))
                    .append(".\n");
        }
        JsonNode asks = yaml.value().path("asks");
        if (!asks.isEmpty()) {
            page.append(reads.isEmpty() ? "" : "\n")
                    .append("Programs that it asks, where they are there: ")
                    .append(codes(asks, ""))
                    .append(".\n");
        }
        JsonNode families = yaml.value().path("families");
        if (!families.isEmpty()) {
            page.append("\nDistributions keep this in different places or ways; there are samples of ")
                    .append(families.valueStream()
                            .map(family -> FAMILIES.getOrDefault(family.asText(), family.asText()))
                            .collect(Collectors.joining(", ")))
                    .append(".\n");
        }
    }

    private void parameters() {
        if (type.path("parameters").isEmpty()) {
            return;
        }
        page.append("\n## Parameters\n\n| name | type | unit | default | meaning |\n|---|---|---|---|---|\n");
        for (var entry : type.path("parameters").properties()) {
            JsonNode parameter = entry.getValue();
            cells(
                    code(entry.getKey()),
                    kind(parameter),
                    parameter.path("unit").asText(""),
                    otherwise(parameter.path("default")),
                    cell(parameter.path("meaning").asText()));
        }
    }

    private static String kind(JsonNode parameter) {
        return switch (parameter.path("type").asText()) {
            case "int" ->
                "int, " + parameter.path("min").asText() + " to "
                        + parameter.path("max").asText();
            case "enum" -> "one of " + codes(parameter.path("values"), "");
            case "globs" -> "paths, with wildcards, below " + codes(parameter.path("roots"), "");
            default -> "paths below " + codes(parameter.path("roots"), "");
        };
    }

    private static String otherwise(JsonNode value) {
        if (!value.isArray()) {
            return code(value.asText());
        }
        return value.size() > 10 ? value.size() + " paths, as discovery.yaml lists them" : codes(value, "none");
    }

    private void facts() {
        page.append("\n## Facts\n\n");
        if (type.has("keys")) {
            page.append("A map; a name counts for the first line that fits, `*` stands for any characters.\n\n");
        }
        page.append("| name | type | unit | meaning |\n|---|---|---|---|\n");
        for (JsonNode key : type.path("keys")) {
            fact("", key.path("key").asText(key.path("pattern").asText()), key);
        }
        for (JsonNode field : type.path("fields")) {
            fact("", field.path("name").asText(), field);
        }
    }

    private void fact(String above, String name, JsonNode fact) {
        String path = above + name;
        String meaning = cell(fact.path("meaning").asText())
                + (fact.path("optional").asBoolean() ? " *(optional)*" : "")
                + (fact.path("secret").asBoolean() ? " *(masked)*" : "");
        cells(
                code(path),
                cell(fact.path("type").asText()),
                cell(fact.path("unit").asText("")),
                meaning);
        String below = fact.path("type").asText().startsWith("list") ? path + "[]." : path + ".";
        for (JsonNode field : fact.path("fields")) {
            fact(
                    fact.path("type").asText().startsWith("map") ? path + ".*." : below,
                    field.path("name").asText(),
                    field);
        }
    }

    /** What the script ends with, and what samples show of it. */
    private void statuses() throws IOException, CatalogueException {
        var shown = new TreeMap<Integer, List<String>>();
        var denied = new TreeSet<String>();
        var truncated = new TreeSet<String>();
        boolean hasErrors = false;
        for (Sample sample : Sample.of(folder)) {
            shown.computeIfAbsent(sample.status(), status -> new ArrayList<>()).add(nameOf(sample));
            JsonNode facts = sample.json("facts.json").orElse(JsonNodeFactory.instance.objectNode());
            facts.path("_denied").forEach(name -> denied.add(name.asText()));
            facts.path("_truncated").forEach(name -> truncated.add(name.asText()));
            hasErrors |= facts.has("_errors");
        }
        Path script = folder.resolve("discover");
        if (Files.exists(script)) {
            EXIT.matcher(Files.readString(script))
                    .results()
                    .forEach(exit -> shown.computeIfAbsent(Integer.valueOf(exit.group(1)), _ -> new ArrayList<>()));
        }
        page.append("\n## What it may report\n\n| status | meaning | samples that show it |\n|---|---|---|\n");
        shown.forEach((status, samples) -> {
            String word = STATUSES.getOrDefault(status, "error");
            cells(
                    code(word),
                    MEANINGS.getOrDefault(word, "what it says on standard error"),
                    samples.stream().map(Markdown::code).collect(Collectors.joining(" ")));
        });
        cells("`timeout`, `error`", "ended after its time, or failed; what was known stands, rules are unknown", "");
        named("denied", denied);
        named("truncated", truncated);
        if (hasErrors) {
            page.append("\nWhat a program complained of, or could not be understood, stands in `errors`.\n");
        }
    }

    private void named(String list, Set<String> names) {
        if (!names.isEmpty()) {
            page.append("\nSamples name in `").append(list).append("`: ");
            page.append(names.stream().limit(20).map(Markdown::code).collect(Collectors.joining(", ")));
            page.append(names.size() > 20 ? ", …" : "").append(".\n");
        }
    }

    private void example() throws IOException {
        Optional<TypeExample> example = TypeExample.of(folder);
        if (example.isEmpty()) {
            return;
        }
        Sample sample = example.get().sample();
        page.append("\n## Example\n\nSample `").append(nameOf(sample)).append("`: ");
        page.append(prose(Files.readString(sample.folder().resolve("origin")).strip()));
        page.append(example.get().isShortened() ? " Shortened." : "");
        page.append("\n\n```json\n").append(example.get().text()).append("\n```\n");
    }

    private void rulesOfIt() throws IOException, CatalogueException {
        List<JsonNode> rules = rules(folder);
        if (rules.isEmpty()) {
            page.append("\n## Rules\n\nNone of its own; rules of other types may read it.\n");
            return;
        }
        page.append("\n## Rules\n\nIn full: [the rules of ")
                .append(ShippedFiles.nameOf(folder))
                .append("](../rule-list.md#")
                .append(ShippedFiles.nameOf(folder))
                .append(").\n\n| rule | what holds | severity |\n|---|---|---|\n");
        for (JsonNode rule : rules) {
            cells(
                    code(rule.path("id").asText()),
                    cell(rule.path("title").asText()),
                    rule.path("severity").asText());
        }
    }

    private static List<JsonNode> rules(Path folder) throws IOException, CatalogueException {
        Path file = folder.resolve("rules.yaml");
        if (!Files.exists(file)) {
            return List.of();
        }
        return YamlNode.read(file)
                .value()
                .valueStream()
                .filter(rule -> rule.has("id"))
                .sorted(Comparator.comparing(rule -> rule.path("id").asText()))
                .toList();
    }

    private static String nameOf(Sample sample) {
        return ShippedFiles.nameOf(sample.folder());
    }

    private void line(String what, String text) {
        cells(what, text);
    }

    private void cells(String... texts) {
        page.append("| ").append(String.join(" | ", texts)).append(" |\n");
    }

    private static String pause(long seconds) {
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + " h";
        }
        return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }

    private static String links(JsonNode names) {
        return names.valueStream()
                .map(name -> "[" + name.asText() + "](" + name.asText() + ".md)")
                .collect(Collectors.joining(", "));
    }
}
