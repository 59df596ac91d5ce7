package dev.muster.collector.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "query",
        description = {
            "Asks the graph in Cypher. It may only read, for at most 30 seconds and 10,000 rows.",
            "Example: muster query \"MATCH (h:Host) WHERE h.status = \\$s RETURN h.name\" --param s=up"
        })
final class QueryCommand implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "CYPHER", description = "What to ask.")
    private String cypher = "";

    @Option(
            names = "--param",
            paramLabel = "NAME=VALUE",
            description =
                    "What $NAME stands for: a number, true, false, JSON in [] or {}, otherwise text. May be repeated.")
    private Map<String, String> parameters = Map.of();

    @Option(
            names = "--version-param",
            paramLabel = "NAME=KIND:VERSION",
            description = {
                "$NAME stands for that version as packages are ordered by: compare it with PackageVersion.sortKey.",
                "KIND is deb, rpm or apk. May be repeated."
            })
    private Map<String, String> versions = Map.of();

    @Option(names = "--rows", paramLabel = "N", description = "At most so many rows.")
    private int rows;

    QueryCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("cypher", cypher);
        ObjectNode params = body.putObject("params");
        parameters.forEach((name, value) -> params.set(name, value(name, value)));
        if (!versions.isEmpty()) {
            ObjectNode keys = body.putObject("versions");
            versions.forEach(keys::put);
        }
        if (rows > 0) {
            body.put("rows", rows);
        }
        session.show("/query", body, this::layOut);
    }

    private void layOut(Answer answer) {
        JsonNode result = answer.json();
        List<Table.Column> columns = new ArrayList<>();
        JsonNode names = result.path("columns");
        for (int i = 0; i < names.size(); i++) {
            columns.add(new Table.Column(names.path(i).asText(), align(result.path("rows"), i)));
        }
        Table table = new Table(columns);
        for (JsonNode row : result.path("rows")) {
            List<String> cells = new ArrayList<>();
            row.forEach(value -> cells.add(cell(value)));
            table.add(cells);
        }
        if (!columns.isEmpty()) {
            table.print(session.screen());
        }
        int count = result.path("rows").size();
        session.screen().note(count + (count == 1 ? " row" : " rows"));
        if (result.has("cut")) {
            session.screen()
                    .note("the result is not whole: " + result.path("cut").asText());
        }
    }

    private static Table.Align align(JsonNode rows, int column) {
        boolean numbers = !rows.isEmpty();
        for (JsonNode row : rows) {
            JsonNode value = row.path(column);
            numbers &= value.isNumber() || value.isNull();
        }
        return numbers ? Table.Align.RIGHT : Table.Align.LEFT;
    }

    private static String cell(JsonNode value) {
        if (value.isNull()) {
            return "-";
        }
        return value.isTextual() ? value.textValue() : value.toString();
    }

    private static JsonNode value(String name, String text) {
        boolean json = text.matches("-?\\d{1,18}|-?\\d+\\.\\d+|true|false|null") || text.matches("(?s)[\\[{].*");
        if (!json) {
            return JsonNodeFactory.instance.textNode(text);
        }
        try {
            return ApiClient.JSON.readTree(text);
        } catch (JsonProcessingException wrong) {
            throw CliException.usage(
                    "the value of --param " + name + " begins like JSON and is none: " + wrong.getOriginalMessage(),
                    "Text that begins with [ or { is given as JSON text: --param '" + name + "=[\"…\"]'.");
        }
    }
}
