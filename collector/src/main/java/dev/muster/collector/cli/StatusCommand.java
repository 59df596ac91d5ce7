package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description = "Shows how the collector is: hosts, findings, the graph, what is still to be mailed.")
final class StatusCommand implements Runnable {
    private final Session session;

    @Option(names = "--only", paramLabel = "PART", description = "Only this part, for example mail.")
    private String only = "";

    StatusCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.show("/status", Map.of(), this::layOut);
    }

    private void layOut(Answer answer) {
        JsonNode status = answer.json();
        if (only.isEmpty()) {
            Fields all = new Fields();
            status.properties().forEach(part -> all.add(words(part.getKey()), part(part.getValue(), answer)));
            all.print(session.screen(), "");
            return;
        }
        JsonNode part = status.path(only);
        if (part.isMissingNode()) {
            List<String> names = new ArrayList<>();
            status.fieldNames().forEachRemaining(names::add);
            throw new CliException(
                    CliException.REFUSED,
                    "the collector's status has no part \"" + only + "\"",
                    "",
                    "One of: " + String.join(", ", names) + ".");
        }
        Fields fields = new Fields();
        if (part.isObject()) {
            part.properties().forEach(field -> fields.add(words(field.getKey()), value(field.getValue(), answer)));
        } else {
            fields.add(words(only), value(part, answer));
        }
        fields.print(session.screen(), "");
    }

    /** An object of numbers as one line, another one as lines of {@code name: value}, anything else by itself. */
    private String part(JsonNode part, Answer answer) {
        if (!part.isObject()) {
            return value(part, answer);
        }
        List<String> values = new ArrayList<>();
        if (part.valueStream().allMatch(JsonNode::isIntegralNumber)) {
            part.properties()
                    .forEach(field -> values.add(field.getValue().asText() + " " + words(Text.escape(field.getKey()))));
            return String.join(", ", values);
        }
        part.properties()
                .forEach(field -> values.add(
                        words(Text.escape(field.getKey())) + ": " + Text.escape(value(field.getValue(), answer))));
        return String.join("\n", values);
    }

    private String value(JsonNode value, Answer answer) {
        String text = value.isValueNode() ? value.asText() : value.toString();
        if (!text.matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z")) {
            return text;
        }
        return Times.second(text, session.screen().zone()) + " (" + Times.age(text, answer.at()) + " ago)";
    }

    private static String words(String field) {
        return field.replace('_', ' ');
    }
}
