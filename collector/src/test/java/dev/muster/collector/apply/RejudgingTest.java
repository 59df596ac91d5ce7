package dev.muster.collector.apply;

import static dev.muster.collector.apply.Rig.facts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.muster.collector.graph.GraphReads.FindingFilter;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.HostId;
import dev.muster.collector.rules.Catalogue;
import dev.muster.collector.rules.RuleLoader;
import dev.muster.collector.rules.RuleSource;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Which facts make apply judge a real rule again. */
@ResourceLock(TestGraph.LOCK)
final class RejudgingTest {
    /** More than one commit of a new day takes. */
    private static final int HOSTS = 23;

    private static Judge judge(String check) throws Exception {
        var catalogue = Catalogue.of(JsonMapper.builder().build().readTree("""
                {"version": 1, "types": {
                  "alpha": {"fields": [{"name": "a", "type": "text"}]},
                  "beta": {"fields": [{"name": "b", "type": "text"}]},
                  "services": {"fields": [{"name": "manager", "type": "text"}]}}}
                """));
        var source = new RuleSource("rules.yaml", Optional.of("alpha"), """
                - id: r1
                  title: A title
                  category: security
                  severity: medium
                  when: "true"
                  check: %s
                  missing: na
                  why: Because.
                  fix: Do it.
                  profile: base
                """.formatted(check));
        return Judge.of(RuleLoader.load(catalogue, List.of(source), RuleLoader.DEFAULT_PROFILES)
                .set());
    }

    @Test
    void anotherTypeThatARuleNamesOpensAndClearsItsFinding() throws Exception {
        try (var rig = new Rig(judge("facts.a == 'x' && host.beta.b == 'y'"))) {
            HostId host = rig.enrolled("web-1");

            rig.await(facts(host, 1, facts("alpha", Map.of("a", "x"))));
            assertThat(open(rig)).isZero();
            rig.await(facts(host, 2, facts("beta", Map.of("b", "n"))));
            assertThat(open(rig)).isEqualTo(1);
            rig.await(facts(host, 3, facts("beta", Map.of("b", "y"))));
            assertThat(open(rig)).isZero();
        }
    }

    @Test
    void aTypeThatAHostFunctionAnswersFromDoesSoToo() throws Exception {
        try (var rig = new Rig(judge("facts.a == 'x' && !svcActive('telnetd')"))) {
            HostId host = rig.enrolled("web-1");

            rig.await(facts(host, 1, facts("services", Map.of("active", "none"))));
            rig.await(facts(host, 2, facts("alpha", Map.of("a", "z"))));
            assertThat(open(rig)).isEqualTo(1);
            rig.await(facts(host, 3, facts("alpha", Map.of("a", "x"))));
            assertThat(open(rig)).isZero();
        }
    }

    @Test
    void aNewDayOpensWhatHasBecomeTooOldOnceForEachHost() throws Exception {
        String check = "daysSince(facts.a) <= 30";
        try (var rig = new Rig(judge(check))) {
            LocalDate today = LocalDate.ofInstant(rig.now, ZoneOffset.UTC);
            String[] names = IntStream.range(0, HOSTS).mapToObj(i -> "web-" + i).toArray(String[]::new);
            for (String name : names) {
                rig.await(facts(
                        rig.enrolled(name),
                        1,
                        facts("alpha", Map.of("a", today.minusDays(30).toString()))));
            }
            turn(rig, today);
            assertThat(open(rig)).isZero();

            rig.advance(Duration.ofDays(1));
            turn(rig, today.plusDays(1));
            assertThat(open(rig)).isEqualTo(HOSTS);
            assertThat(rig.events(EventType.FINDING_OPENED)).hasSize(HOSTS);

            rig.restart(judge(check));
            assertThat(rig.await(new Input.NewDay(today.plusDays(1))).isWhole()).isTrue();
            assertThat(rig.events(EventType.FINDING_OPENED)).hasSize(HOSTS);
        }
    }

    private static void turn(Rig rig, LocalDate day) {
        int inputs = 1;
        while (!rig.await(new Input.NewDay(day)).isWhole()) {
            inputs++;
        }
        assertThat(inputs).isEqualTo(HOSTS / 20 + 1);
    }

    private static int open(Rig rig) {
        return rig.reads().findings(FindingFilter.open()).size();
    }
}
