package dev.muster.collector.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "facts",
        description = {
            "Prints what a host reported of one kind, as JSON.",
            "With --json the whole answer, otherwise the facts alone; remarks go to standard error."
        })
final class FactsCommand implements Runnable {
    /** With these, what is printed was learned by an earlier run. */
    private static final Set<String> LEARNED_NOTHING = Set.of("denied", "timeout", "error");

    private final Session session;

    @Parameters(index = "0", paramLabel = "HOST", description = "Name or id of the host.")
    private String host = "";

    @Parameters(index = "1", paramLabel = "TYPE", description = "Kind of facts, for example os or proc_sys.")
    private String type = "";

    @Option(names = "--instance", paramLabel = "NAME", description = "Of a type that has several instances on a host.")
    private String instance = "";

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            description = "The facts as they stood then: 2026-11-20, 2026-11-20T14:00, or 2h, 3d ago.")
    private String asOf = "";

    FactsCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        String path = "/hosts/" + ApiClient.segment(host) + "/facts/" + ApiClient.segment(type);
        String time = Times.typed(asOf, session.screen().zone());
        session.show(path, Map.of("instance", instance, "as-of", time), this::layOut);
    }

    private void layOut(Answer answer) {
        JsonNode facts = answer.json();
        session.screen().out().println(pretty(facts.path("data")));
        String status = facts.path("status").asText();
        if (LEARNED_NOTHING.contains(status)) {
            session.screen().note("the last run ended with \"" + status + "\"; these are the facts of an earlier one");
        }
        if (facts.path("stale").asBoolean()) {
            session.screen()
                    .note("stale: it last ran "
                            + Times.age(facts.path("last_run").asText(), answer.at())
                            + " ago, and is to run every "
                            + facts.path("every_seconds").asText()
                            + " s; its script hangs or does not get its turn");
        }
        remark("could not be read for want of permission", facts.path("denied"));
        remark("was cut at its limit", facts.path("truncated"));
        remark("the script says", facts.path("errors"));
    }

    private void remark(String what, JsonNode texts) {
        for (JsonNode text : texts) {
            session.screen().note(what + ": " + text.asText());
        }
    }

    private static String pretty(JsonNode json) {
        Separators separators =
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators);
        printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        ObjectWriter writer = ApiClient.JSON.writer(printer);
        try {
            return Text.escapeJson(writer.writeValueAsString(json));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree that was read can be written", impossible);
        }
    }
}
