package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of every discovery type over every sample, as docs/discovery-types.md describes them. */
final class ShippedRulesTest {
    private static final Set<String> PROFILES = Set.of("base", "strict", "stig");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final Path FOLDER = Path.of("..", "discovery-scripts");

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER, 4)) {
            return files.filter(file -> file.endsWith("verdicts.json"))
                    .map(file -> FOLDER.resolve(FOLDER.relativize(file).subpath(0, 3)))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyRuleIsTaken() {
        var result = RuleLoader.shipped();

        assertThat(result.problems()).isEmpty();
        assertThat(result.set().rules()).hasSizeGreaterThanOrEqualTo(19);
    }

    @Test
    void thereAreSamples() throws IOException {
        assertThat(samples()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySampleIsJudgedAsItSays(Path sample) throws IOException {
        String type = FOLDER.relativize(sample).subpath(0, 1).toString();
        var host = json(sample.resolve("host.json"));
        var rules = RuleLoader.load(
                        Catalogue.shipped(),
                        RuleSource.shipped(),
                        PROFILES,
                        new ParameterValues(values(host.path("parameters")), Map.of(), Map.of(), Map.of()),
                        answering(host.path("answers")))
                .set();
        var facts = facts(type, sample);
        host.path("roles").forEach(role -> facts.role(role.asText()));
        host.path("facts").properties().forEach(other -> report(facts, other.getKey(), other.getValue()));

        var judged = new TreeMap<String, String>();
        for (Judgement judgement : rules.judge(facts, rules.types(), TODAY)) {
            if (judgement.rule().type().equals(type)) {
                judged.put(judgement.rule().id(), judgement.verdict().word());
            }
        }

        assertThat(judged).isEqualTo(wanted(sample, rules));
    }

    /** Verdicts of rules in other profiles are there too. */
    private static Map<String, String> wanted(Path sample, RuleSet rules) throws IOException {
        return json(sample.resolve("verdicts.json")).properties().stream()
                .filter(entry -> rules.rule(entry.getKey()).isPresent())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().asText(), (a, _) -> a, TreeMap::new));
    }

    private static FakeFacts facts(String type, Path sample) throws IOException {
        var data = (ObjectNode) json(sample.resolve("facts.json"));
        var denied = texts(data.remove("_denied"));
        var truncated = texts(data.remove("_truncated"));
        var errors = texts(data.remove("_errors"));
        return new FakeFacts().with(type, status(sample), data.toString(), denied, truncated, errors);
    }

    private static FactsStatus status(Path sample) throws IOException {
        Path file = sample.resolve("status");
        int exit = Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
        return switch (exit) {
            case 0 -> FactsStatus.OK;
            case 3 -> FactsStatus.ABSENT;
            case 4 -> FactsStatus.UNSUPPORTED;
            case 5 -> FactsStatus.DENIED;
            case 6 -> FactsStatus.PARTIAL;
            default -> FactsStatus.ERROR;
        };
    }

    /** Another type's data, or the word of a status. */
    private static void report(FakeFacts facts, String type, JsonNode report) {
        if (report.isTextual()) {
            facts.status(type, FactsStatus.of(report.textValue()));
        } else {
            facts.ok(type, report.toString());
        }
    }

    private static Map<String, JsonNode> values(JsonNode parameters) {
        return parameters.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static List<HostFunction> answering(JsonNode answers) {
        return HostFunctions.shipped().stream()
                .map(function ->
                        answers.has(function.name()) ? answering(function, answers.path(function.name())) : function)
                .toList();
    }

    /** An answer for every argument, or a map of answers by the first one. */
    private static HostFunction answering(HostFunction function, JsonNode answers) {
        return function.answering((scene, arguments) -> {
            JsonNode answer = answers.isObject() ? answers.path((String) arguments.getFirst()) : answers;
            return answer.isMissingNode()
                    ? function.body().apply(scene, arguments)
                    : new Answer.Value(CelValues.of(answer));
        });
    }

    private static List<String> texts(JsonNode list) {
        return list == null
                ? List.of()
                : list.valueStream().map(JsonNode::asText).toList();
    }

    private static JsonNode json(Path file) throws IOException {
        return Files.exists(file) ? FakeFacts.json(Files.readString(file)) : JsonNodeFactory.instance.objectNode();
    }

    /** For people: how long it takes here. */
    @Test
    void loadingAndJudgingAreTimed() throws IOException {
        long start = System.nanoTime();
        RuleSet rules = RuleLoader.shipped().set();
        long loaded = System.nanoTime();
        FakeFacts facts = facts("proc_sys", FOLDER.resolve(Path.of("proc_sys", "samples", "debian-12")));
        for (int i = 0; i < 500; i++) {
            assertThat(rules.judge(facts, rules.types(), TODAY)).isNotEmpty();
        }
        long warm = System.nanoTime();
        int rounds = 200;
        for (int i = 0; i < rounds; i++) {
            rules.judge(facts, rules.types(), TODAY);
        }
        long judged = System.nanoTime();

        System.out.printf(
                "rules: %d, loaded in %d ms; all judged on one host in %d us once warm%n",
                rules.rules().size(), (loaded - start) / 1_000_000, (judged - warm) / 1_000 / rounds);
    }
}
