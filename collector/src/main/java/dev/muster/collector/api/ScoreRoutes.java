package dev.muster.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.graph.GraphReads.StandingVerdict;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.rules.Scores;
import dev.muster.collector.rules.Scores.By;
import dev.muster.collector.rules.Scores.Knowledge;
import dev.muster.collector.rules.Scores.Tally;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** The route that says how well hosts comply, now and on the days before. */
final class ScoreRoutes {
    private static final int DAYS = 30;
    private static final int MAX_DAYS = 400;
    private static final Map<String, By> BY =
            new TreeMap<>(Map.of("host", By.HOST, "category", By.CATEGORY, "type", By.TYPE, "rule", By.RULE));

    private final GraphReads reads;
    private final Function<String, Optional<Rule>> rules;
    private final InstantSource clock;

    ScoreRoutes(GraphReads reads, Function<String, Optional<Rule>> rules, InstantSource clock) {
        this.reads = reads;
        this.rules = rules;
        this.clock = clock;
    }

    void configure(RoutesConfig routes) {
        routes.get("/api/v1/scores", this::scores);
    }

    private void scores(Context context) throws IOException {
        By by = Parameters.word("by", context.queryParam("by"), BY).orElse(By.HOST);
        int days = Parameters.number("days", context.queryParam("days"), DAYS, 1, MAX_DAYS);
        Scores now = now(reads, rules);
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        SortedMap<LocalDate, JsonNode> before = reads.scores(today.minusDays(days));
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("by", by.word());
        body.set("all", answer("", now.all(), before, day -> day.path("all")));
        ArrayNode list = body.putArray("scores");
        now.tallies(by)
                .forEach((name, tally) -> list.add(
                        answer(name, tally, before, day -> day.path(by.word()).path(name))));
        Body.write(context, body);
    }

    /** Counts every verdict that stands. */
    static Scores now(GraphReads reads, Function<String, Optional<Rule>> rules) {
        return now(reads, rules, host -> true);
    }

    /** Counts those of some hosts, by name. */
    static Scores now(GraphReads reads, Function<String, Optional<Rule>> rules, Predicate<String> hosts) {
        var scores = new Scores(rules);
        reads.eachVerdict((host, name, verdict) -> {
            if (hosts.test(name)) {
                scores.add(name, verdict.rule(), verdict.verdict(), knowledge(verdict));
            }
        });
        return scores;
    }

    private static Knowledge knowledge(StandingVerdict verdict) {
        return verdict.unknownSince().isPresent() ? Knowledge.LAST_KNOWN : Knowledge.PRESENT;
    }

    private static ObjectNode answer(
            String name, Tally tally, SortedMap<LocalDate, JsonNode> before, Function<JsonNode, JsonNode> of) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (!name.isEmpty()) {
            node.put("name", name);
        }
        tally.score().ifPresent(score -> node.put("score", score));
        node.put("failed_weight", tally.failedWeight()).put("judged_weight", tally.judgedWeight());
        for (Verdict verdict : new Verdict[] {Verdict.PASS, Verdict.FAIL, Verdict.WAIVED, Verdict.NA}) {
            node.put(verdict.word(), tally.count(verdict));
        }
        node.put("unknown", tally.unknown());
        ArrayNode trend = node.putArray("trend");
        before.forEach((day, scores) -> {
            JsonNode pair = of.apply(scores);
            Scores.score(pair.path(0).asLong(), pair.path(1).asLong())
                    .ifPresent(score ->
                            trend.addObject().put("day", day.toString()).put("score", score));
        });
        return node;
    }
}
