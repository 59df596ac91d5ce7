package dev.muster.collector.cli;

import static dev.muster.collector.cli.Table.Column.left;
import static dev.muster.collector.cli.Table.Column.right;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "scores",
        description = {
            "Shows how well hosts comply: 100 where nothing fails, 0 where everything does; the worst first.",
            "What does not apply and what is waived does not count. High weighs three, medium two, low one."
        })
final class ScoresCommand implements Runnable {
    private static final Comparator<JsonNode> WORST_FIRST =
            Comparator.comparingDouble(score -> score.path("score").asDouble(101));

    private final Session session;

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            description = "host, category, type (of facts) or rule; host if not given.")
    private String by = "";

    ScoresCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.show("/scores", Map.of("by", by), this::layOut);
    }

    private void layOut(Answer answer) {
        List<JsonNode> scores = new ArrayList<>();
        answer.json().path("scores").forEach(scores::add);
        scores.sort(WORST_FIRST);
        Table table = Table.of(
                left(answer.json().path("by").asText().toUpperCase(Locale.ROOT)),
                right("SCORE"),
                right("A DAY AGO"),
                right("A WEEK AGO"),
                right("A MONTH AGO"),
                right("FAIL"),
                right("PASS"),
                right("WAIVED"),
                right("UNKNOWN"));
        LocalDate today = LocalDate.ofInstant(answer.at(), ZoneOffset.UTC);
        scores.forEach(score -> add(table, score.path("name").asText(), score, today));
        add(table, "all", answer.json().path("all"), today);
        table.print(session.screen());
    }

    private static void add(Table table, String name, JsonNode score, LocalDate today) {
        table.add(
                name,
                score.has("score") ? score.path("score").asText() : "-",
                ago(score, today.minusDays(1)),
                ago(score, today.minusDays(7)),
                ago(score, today.minusDays(30)),
                score.path("fail").asText(),
                score.path("pass").asText(),
                score.path("waived").asText(),
                score.path("unknown").asText());
    }

    private static String ago(JsonNode score, LocalDate day) {
        for (JsonNode kept : score.path("trend")) {
            if (kept.path("day").asText().equals(day.toString())) {
                return kept.path("score").asText();
            }
        }
        return "-";
    }
}
