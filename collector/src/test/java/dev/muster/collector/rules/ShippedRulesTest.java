package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Judgement;
import dev.muster.scripts.FactType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of every discovery type over every sample, as docs/discovery-types.md describes them. */
final class ShippedRulesTest {
    private static final Set<String> PROFILES = Set.of("base", "strict", "stig");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    static final Path FOLDER = Path.of("..", "discovery-scripts");

    private static final Catalogue CATALOGUE = Catalogue.shipped();
    private static final List<RuleSource> RULES = RuleSource.shipped();

    /** All, or while one is being written only those of that type: {@code -Dmuster.type=os}. */
    static List<Path> samples() throws IOException {
        String only = System.getProperty("muster.type", "");
        return allSamples().stream()
                .filter(sample -> only.isEmpty()
                        || List.of(only.split(",", -1))
                                .contains(
                                        FOLDER.relativize(sample).subpath(0, 1).toString()))
                .toList();
    }

    private static List<Path> allSamples() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER, 4)) {
            return files.filter(file -> file.endsWith("verdicts.json"))
                    .map(file -> FOLDER.resolve(FOLDER.relativize(file).subpath(0, 3)))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> types() throws IOException {
        return samples().stream()
                .map(sample -> FOLDER.resolve(FOLDER.relativize(sample).subpath(0, 1)))
                .distinct()
                .toList();
    }

    /** Of the same types. */
    static List<RuleCase> cases() throws IOException {
        var cases = new ArrayList<RuleCase>();
        for (Path type : types()) {
            cases.addAll(RuleCase.of(type));
        }
        return cases;
    }

    /** Facts just beside the bounds of rules. */
    @TestFactory
    Stream<DynamicTest> everyCaseIsJudgedAsItSays() throws IOException {
        List<RuleCase> cases = cases();
        var judge = new SampleJudge(cases.stream().map(RuleCase::host).toList());
        return cases.stream()
                .map(one -> DynamicTest.dynamicTest(one.toString(), () -> {
                    for (String id : one.rules()) {
                        assertThat(judge.rule(id)
                                        .map(rule ->
                                                judge.verdict(rule, one.host()).word()))
                                .as(id)
                                .contains(one.verdict());
                    }
                }));
    }

    @Test
    void everyRuleIsTaken() {
        var result = RuleLoader.shipped();

        assertThat(result.problems()).isEmpty();
        assertThat(result.set().rules()).hasSizeGreaterThanOrEqualTo(19);
    }

    /** A rule that no sample fails is a rule that nobody proved; one that no sample passes may never pass. */
    @Test
    void everyRuleHasASampleThatPassesAndOneThatFails() throws IOException {
        var said = new TreeMap<String, Set<String>>();
        for (Path sample : samples()) {
            SampleHost.json(sample.resolve("verdicts.json"))
                    .properties()
                    .forEach(entry -> said.computeIfAbsent(entry.getKey(), _ -> new TreeSet<>())
                            .add(entry.getValue().asText()));
        }
        RuleSet all = RuleLoader.load(Catalogue.shipped(), RuleSource.shipped(), PROFILES)
                .set();

        assertThat(all.rules())
                .extracting(rule -> rule.id())
                .filteredOn(id -> !said.getOrDefault(id, Set.of()).containsAll(Set.of("pass", "fail")))
                .isEmpty();
    }

    @Test
    void thereAreSamples() throws IOException {
        assertThat(samples()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySampleIsJudgedAsItSays(Path sample) throws IOException {
        SampleHost host = SampleHost.of(sample);
        var rules = RuleLoader.load(
                        CATALOGUE,
                        RULES.stream()
                                .filter(source -> source.type().equals(Optional.of(host.type())))
                                .toList(),
                        PROFILES,
                        new ParameterValues(host.parameters(), Map.of(), Map.of(), Map.of()),
                        SampleHost.functions(host::answers))
                .set();

        var judged = new TreeMap<String, String>();
        for (Judgement judgement : rules.judge(host.facts(), rules.types(), TODAY)) {
            if (judgement.rule().type().equals(host.type())) {
                judged.put(judgement.rule().id(), judgement.verdict().word());
            }
        }

        assertThat(judged).isEqualTo(wanted(sample, rules));
    }

    /** Verdicts of rules in other profiles are there too. */
    private static Map<String, String> wanted(Path sample, RuleSet rules) throws IOException {
        return SampleHost.json(sample.resolve("verdicts.json")).properties().stream()
                .filter(entry -> rules.rule(entry.getKey()).isPresent())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().asText(), (a, _) -> a, TreeMap::new));
    }

    /** A name that the script never prints would make a rule's fact missing, and the case prove nothing. */
    @Test
    void casesSayOnlyWhatTypesDeclare() throws IOException {
        for (RuleCase one : cases()) {
            JsonNode data = one.host()
                    .facts()
                    .facts(InstanceKey.unnamed(one.host().type()))
                    .orElseThrow()
                    .data();
            FactType type = CATALOGUE.type(one.host().type()).orElseThrow();

            assertThat(type.accepts(data)).as("%s: types of %s", one, data).isTrue();
            assertThat(undeclared(type, data)).as(one.toString()).isEmpty();
        }
    }

    private static List<String> undeclared(FactType type, JsonNode value) {
        if (value.isArray()) {
            FactType item = type instanceof FactType.ListOf list ? list.item() : FactType.Plain.ANY;
            return value.valueStream()
                    .flatMap(element -> undeclared(item, element).stream())
                    .toList();
        }
        return value.propertyStream()
                .flatMap(entry -> type
                        .member(entry.getKey())
                        .map(member -> undeclared(member.type(), entry.getValue()))
                        .orElse(List.of(entry.getKey()))
                        .stream())
                .toList();
    }

    /** For people: how long it takes here. */
    @Test
    void loadingAndJudgingAreTimed() throws IOException {
        long start = System.nanoTime();
        RuleSet rules = RuleLoader.shipped().set();
        long loaded = System.nanoTime();
        FakeFacts facts = SampleHost.of(FOLDER.resolve(Path.of("proc_sys", "samples", "debian-12")))
                .facts();
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
