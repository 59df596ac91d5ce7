package dev.muster.collector.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads.FindingFilter;
import dev.muster.collector.graph.GraphReads.StandingVerdict;
import dev.muster.collector.graph.GraphReads.WaiverState;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Waiver;
import dev.muster.collector.rules.Catalogue;
import dev.muster.collector.rules.RuleLoader;
import dev.muster.collector.rules.RuleSource;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is known of a host, what a rule says of that, whom it is told, and what is shown: rules, apply and graph together, in one table. */
@ResourceLock(TestGraph.LOCK)
final class VerdictSemanticsTest {
    /** Where each rule passes; and where it fails. */
    private static final String GOOD = "{'x': 0, 'on': 1, 'd': 1, 'many': [1], 'until': 'DAY'}";

    private static final String BAD = "{'x': 1, 'on': 1, 'd': 2, 'many': [2], 'until': '2020-01-01'}";

    private static final Map<String, String> CHECKS = new TreeMap<>(Map.of(
            "plain", "facts['x'] == 0",
            "missing-na", "facts['x'] == 0",
            "missing-fail", "facts['x'] == 0",
            "missing-pass", "facts['x'] == 0",
            "sometimes", "facts['x'] == 0",
            "path", "host.fileattrs['/etc/shadow'].owner == 'root'",
            "divides", "6 / facts['d'] == 6",
            "loops", "facts['many'].all(a, facts['many'].all(b, facts['many'].all(c, a + b + c == 3)))",
            "dated", "today <= facts['until']"));

    private static final String MANY = "{'many': [" + "1,".repeat(49) + "1]}";
    private static final Duration MONTH = Duration.ofDays(30);
    private static final String NOTHING = "";

    private static final Map<HostId, Long> SENT = new HashMap<>();
    private static Rig rig;

    @BeforeAll
    static void start() {
        rig = new Rig(Judge.of(
                RuleLoader.load(catalogue(), List.of(rules()), Set.of("base")).set()));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static Catalogue catalogue() {
        return Catalogue.of(json("""
                {'version': 1, 'types': {
                  'settings': {'keys': [{'key': 'x', 'type': 'int'}, {'key': 'on', 'type': 'int'}, {'key': 'd', 'type': 'int'},
                    {'key': 'many', 'type': 'list of int'}, {'key': 'until', 'type': 'text'}]},
                  'fileattrs': {'keys': [{'pattern': '/*', 'type': 'record', 'fields': [{'name': 'owner', 'type': 'text'}]}]}}}
                """));
    }

    private static RuleSource rules() {
        String yaml = CHECKS.entrySet().stream()
                .map(rule -> """
                        - id: %s
                          title: A title
                          category: security
                          severity: medium
                          when: %s
                          check: "%s"
                          missing: %s
                          why: Because.
                          fix: Do it.
                          refs: [A 1]
                          profile: base
                        """.formatted(
                        rule.getKey(),
                        rule.getKey().equals("sometimes") ? "facts['on'] == 1" : "\"true\"",
                        rule.getValue(),
                        rule.getKey().startsWith("missing-") ? rule.getKey().substring("missing-".length()) : "na"))
                .collect(Collectors.joining());
        return new RuleSource("rules.yaml", Optional.of("settings"), yaml);
    }

    /** What becomes of a finding. */
    enum News {
        NONE,
        OPENS,
        CLEARS,
        WAIVES
    }

    /** What the administrator sees of a rule on a host that passed, and of one that failed, after something became known. */
    record After(Verdict verdict, News news) {}

    /** Something becomes known. */
    @FunctionalInterface
    interface Step {
        void take(HostId host, String name);
    }

    static Stream<Arguments> table() {
        return Stream.of(
                row("plain", "it holds", data(GOOD), pass(News.NONE), pass(News.CLEARS), NOTHING),
                row("plain", "it does not hold", data(BAD), fail(News.OPENS), fail(News.NONE), NOTHING),
                row(
                        "plain",
                        "absent",
                        is(FactsStatus.ABSENT),
                        na(News.NONE),
                        na(News.CLEARS),
                        "settings is absent here"),
                row("plain", "unsupported", is(FactsStatus.UNSUPPORTED), na(News.NONE), na(News.CLEARS), "unsupported"),
                row("plain", "denied", is(FactsStatus.DENIED), unknown(), unknown(), "ended with denied"),
                row("plain", "timeout", is(FactsStatus.TIMEOUT), unknown(), unknown(), "ended with timeout"),
                row("plain", "error", is(FactsStatus.ERROR), unknown(), unknown(), "ended with error"),
                row("plain", "the fact was cut off", cut("x"), unknown(), unknown(), "x was truncated"),
                row("plain", "another was cut off", cut("other"), pass(News.NONE), pass(News.CLEARS), NOTHING),
                row(
                        "path",
                        "a path not reported yet",
                        files("{}"),
                        unknown(),
                        unknown(),
                        "has not been looked for yet"),
                row(
                        "path",
                        "nothing at the path",
                        files("{'/etc/shadow': null}"),
                        na(News.NONE),
                        na(News.CLEARS),
                        "not there"),
                row("missing-na", "missing: na", data("{}"), na(News.NONE), na(News.CLEARS), "x is not there"),
                row("missing-fail", "missing: fail", data("{}"), fail(News.OPENS), fail(News.NONE), "x is not there"),
                row("missing-pass", "missing: pass", data("{}"), pass(News.NONE), pass(News.CLEARS), "x is not there"),
                row(
                        "sometimes",
                        "when is false",
                        data("{'x': 1, 'on': 0}"),
                        na(News.NONE),
                        na(News.CLEARS),
                        "applies only where"),
                row(
                        "sometimes",
                        "when misses its fact",
                        data("{'x': 1}"),
                        na(News.NONE),
                        na(News.CLEARS),
                        "on is not there"),
                row("sometimes", "denied goes before when", is(FactsStatus.DENIED), unknown(), unknown(), "denied"),
                row(
                        "plain",
                        "a fact of another type",
                        data("{'x': '0'}"),
                        unknown(),
                        unknown(),
                        "rule fault: settings.x is not int"),
                row("divides", "an error of CEL", data("{'d': 0}"), unknown(), unknown(), "rule fault: "),
                row("loops", "more steps than allowed", data(MANY), unknown(), unknown(), "rule fault: "),
                row(
                        "plain",
                        "a waiver",
                        waived(),
                        pass(News.NONE),
                        new After(Verdict.WAIVED, News.WAIVES),
                        "waived by eve"),
                row(
                        "plain",
                        "a waiver while denied",
                        is(FactsStatus.DENIED).then(waived()),
                        unknown(),
                        unknown(),
                        "denied"),
                row("dated", "the day after", nextDay(), fail(News.OPENS), fail(News.NONE), NOTHING));
    }

    /** The same of a host on which the rule fails under a waiver. */
    static Stream<Arguments> waivedTable() {
        return Stream.of(
                arguments("the waiver expired", expired(), fail(News.OPENS), NOTHING),
                arguments("somebody ended the waiver", ended(), fail(News.OPENS), NOTHING),
                arguments(
                        "it still does not hold",
                        data(BAD.replace("'on': 1", "'on': 0")),
                        new After(Verdict.WAIVED, News.NONE),
                        "waived by eve"),
                arguments("it holds", data(GOOD), pass(News.NONE), NOTHING),
                arguments("absent", is(FactsStatus.ABSENT), na(News.NONE), "absent"),
                arguments("denied", is(FactsStatus.DENIED), unknown(), "denied"),
                arguments(
                        "the waiver ended while denied", is(FactsStatus.DENIED).then(ended()), unknown(), "denied"));
    }

    @ParameterizedTest(name = "{0}: {1}, where it passed")
    @MethodSource("table")
    void whereItPassed(String rule, String known, Step step, After passed, After failed, String reason) {
        // A rule that passes needs no waiver to say so.
        String shown = reason.startsWith("waived") ? NOTHING : reason;
        follow(host(rule, known, GOOD), rule, step, passed, shown, GOOD);
    }

    @ParameterizedTest(name = "{0}: {1}, where it failed")
    @MethodSource("table")
    void whereItFailed(String rule, String known, Step step, After passed, After failed, String reason) {
        follow(host(rule, known, BAD), rule, step, failed, reason, BAD);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waivedTable")
    void whereItWasWaived(String known, Step step, After after, String reason) {
        HostId host = host("waived", known, BAD);
        waived().take(host, name(host));
        follow(host, "plain", step, after, reason, BAD);
    }

    private static void follow(HostId host, String rule, Step step, After after, String reason, String facts) {
        StandingVerdict before = standing(host, rule);
        List<Event> told = told(host, rule);
        rig.advance(Duration.ofSeconds(1));

        step.take(host, name(host));

        StandingVerdict now = standing(host, rule);
        boolean isUnknown = after.verdict() == Verdict.UNKNOWN;
        Verdict remembered = isUnknown ? before.verdict() : after.verdict();
        assertThat(now.verdict()).isEqualTo(remembered);
        if (remembered == before.verdict()) {
            assertThat(now.since()).isEqualTo(before.since());
        } else {
            assertThat(now.since()).isAfterOrEqualTo(millis()).isAfter(before.since());
        }
        assertThat(now.unknownSince().isPresent()).isEqualTo(isUnknown);
        assertThat(now.reason().orElse("")).contains(reason);
        assertThat(now.reason().isEmpty()).isEqualTo(reason.isEmpty());
        assertThat(news(host, rule, told.size())).isEqualTo(after.news());
        assertThat(isOpen(host, rule)).isEqualTo(remembered == Verdict.FAIL);
        if (isUnknown) {
            assertThat(faults(host, rule)).hasSize(reason.startsWith("rule fault") ? 1 : 0);
            assertThat(now.unknownSince().orElseThrow()).isAfter(before.since());
            knownAgain(host, rule, before, facts);
        }
    }

    /** What was known before is known again: nobody is told anything, since nothing changed. */
    private static void knownAgain(HostId host, String rule, StandingVerdict before, String facts) {
        Verdict verdict = before.verdict();
        if (verdict == Verdict.WAIVED || isWaived(host)) {
            return;
        }
        int told = told(host, rule).size();
        rig.advance(Duration.ofSeconds(1));
        report(host, facts);

        StandingVerdict again = standing(host, rule);
        assertThat(again.verdict()).isEqualTo(verdict);
        assertThat(again.since()).isEqualTo(before.since());
        assertThat(again.unknownSince()).isEmpty();
        assertThat(told(host, rule)).hasSize(told);
    }

    private static HostId host(String rule, String known, String facts) {
        HostId host = rig.enrolled((rule + " " + known + " " + facts.hashCode()).replaceAll("[^a-z0-9]+", "-"));
        report(host, facts);
        assertThat(isOpen(host, "plain")).isEqualTo(facts.equals(BAD));
        return host;
    }

    private static void report(HostId host, String facts) {
        String owner = facts.equals(BAD) ? "eve" : "root";
        send(host, reported("fileattrs", FactsStatus.OK, "{'/etc/shadow': {'owner': '" + owner + "'}}"));
        send(host, reported("settings", FactsStatus.OK, facts));
    }

    private static void send(HostId host, Facts facts) {
        rig.await(Rig.facts(host, SENT.merge(host, 1L, Long::sum), facts));
    }

    private static Facts reported(String type, FactsStatus status, String data) {
        String day = LocalDate.ofInstant(rig.now, ZoneOffset.UTC).toString();
        return Rig.facts(type, status, List.of(), json(data.replace("DAY", day)));
    }

    /** A step that others can follow. */
    private interface Chain extends Step {
        default Step then(Step next) {
            return (host, name) -> {
                take(host, name);
                next.take(host, name);
            };
        }
    }

    private static Step data(String data) {
        return (host, _) -> {
            // A path's owner is of the same kind as the rest.
            if (data.equals(GOOD) || data.equals(BAD)) {
                report(host, data);
            } else {
                send(host, reported("settings", FactsStatus.OK, data));
            }
        };
    }

    private static Chain is(FactsStatus status) {
        return (host, _) -> send(host, reported("settings", status, "{}"));
    }

    private static Step cut(String path) {
        return (host, _) ->
                send(host, Rig.facts("settings", FactsStatus.PARTIAL, List.of(path), json("{'x': 0, 'on': 1}")));
    }

    private static Step files(String data) {
        return (host, _) -> send(host, reported("fileattrs", FactsStatus.OK, data));
    }

    private static Step waived() {
        return (_, name) -> {
            var scope = new Waiver.Scope(Optional.of(name), Optional.empty(), Optional.empty());
            rig.await(new Input.Waive("plain", scope, "a lab machine", "eve", rig.now.plus(MONTH)));
        };
    }

    private static Step ended() {
        return (host, _) ->
                rig.await(new Input.EndWaiver(waiver(host).orElseThrow().id(), "bob"));
    }

    private static Step expired() {
        return (_, _) -> {
            rig.advance(MONTH);
            while (!rig.await(new Input.SettleWaivers()).isWhole()) {
                assertThat(rig.apply.runs()).isTrue();
            }
        };
    }

    private static Step nextDay() {
        return (_, _) -> {
            rig.advance(Duration.ofDays(1));
            LocalDate day = LocalDate.ofInstant(rig.now, ZoneOffset.UTC);
            while (!rig.await(new Input.NewDay(day)).isWhole()) {
                assertThat(rig.apply.runs()).isTrue();
            }
        };
    }

    private static News news(HostId host, String rule, int after) {
        List<Event> told = told(host, rule);
        assertThat(told.size() - after).isLessThanOrEqualTo(1);
        if (told.size() == after) {
            return News.NONE;
        }
        return switch (told.getLast().type()) {
            case FINDING_OPENED -> News.OPENS;
            case FINDING_CLEARED -> News.CLEARS;
            case FINDING_WAIVED -> News.WAIVES;
            default -> throw new AssertionError(told.getLast());
        };
    }

    private static List<Event> told(HostId host, String rule) {
        return events(
                host,
                event -> event.detail().at("/rule/id").asText().equals(rule),
                EventType.FINDING_OPENED,
                EventType.FINDING_CLEARED,
                EventType.FINDING_WAIVED);
    }

    private static List<Event> faults(HostId host, String rule) {
        return events(host, event -> event.detail().path("rule").asText().equals(rule), EventType.RULE_FAULT);
    }

    private static List<Event> events(HostId host, Predicate<Event> about, EventType... types) {
        return rig.events().stream()
                .filter(event -> event.host().equals(Optional.of(host)))
                .filter(event -> List.of(types).contains(event.type()))
                .filter(about)
                .toList();
    }

    private static StandingVerdict standing(HostId host, String rule) {
        return rig.reads().verdicts(host).stream()
                .filter(verdict -> verdict.rule().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isOpen(HostId host, String rule) {
        return rig.reads().findings(FindingFilter.open()).stream()
                .anyMatch(finding ->
                        finding.host().equals(host) && finding.rule().id().equals(rule));
    }

    private static boolean isWaived(HostId host) {
        return waiver(host).isPresent();
    }

    private static Optional<Waiver> waiver(HostId host) {
        return rig.reads().waivers(WaiverState.IN_FORCE).stream()
                .filter(waiver -> waiver.scope().host().equals(Optional.of(name(host))))
                .findFirst();
    }

    private static String name(HostId host) {
        return rig.reads().host(host.toString()).orElseThrow().name();
    }

    private static Instant millis() {
        return rig.now.truncatedTo(ChronoUnit.MILLIS);
    }

    private static Arguments row(String rule, String known, Step step, After passed, After failed, String reason) {
        return arguments(rule, known, step, passed, failed, reason);
    }

    private static After pass(News news) {
        return new After(Verdict.PASS, news);
    }

    private static After fail(News news) {
        return new After(Verdict.FAIL, news);
    }

    private static After na(News news) {
        return new After(Verdict.NA, news);
    }

    /** Neither opens nor clears, ever. */
    private static After unknown() {
        return new After(Verdict.UNKNOWN, News.NONE);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JsonMapper.builder().build().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
