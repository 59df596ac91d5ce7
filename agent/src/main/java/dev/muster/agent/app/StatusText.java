package dev.muster.agent.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lays the answer of {@link StatusJson} out for people. */
final class StatusText {
    private static final JsonFactory JSON = new JsonFactory();

    private StatusText() {}

    static void print(String json, PrintStream out) throws IOException {
        Map<String, String> single = new LinkedHashMap<>();
        Map<String, List<Map<String, String>>> lists = new LinkedHashMap<>();
        try (JsonParser in = JSON.createParser(json)) {
            read(in, single, lists);
        }
        single.forEach((name, value) -> {
            if (!value.isEmpty()) {
                out.printf("%-22s %s%n", name.replace('_', ' '), value);
            }
        });
        lists.forEach((name, rows) -> {
            if (!rows.isEmpty()) {
                out.println();
                out.println(name);
                rows.forEach(row -> out.println("  " + line(row)));
            }
        });
    }

    private static String line(Map<String, String> row) {
        var text = new StringBuilder();
        row.forEach((name, value) -> {
            if (name.isEmpty()) {
                text.append(value);
            } else if (!value.isEmpty()) {
                text.append(text.isEmpty() ? "" : "  ").append(name).append('=').append(value);
            }
        });
        return text.toString();
    }

    private static void read(JsonParser in, Map<String, String> single, Map<String, List<Map<String, String>>> lists)
            throws IOException {
        in.nextToken();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            switch (in.nextToken()) {
                case START_OBJECT -> object(in).forEach((field, value) -> single.put(name + " " + field, value));
                case START_ARRAY -> lists.put(name, array(in));
                default -> single.put(name, in.getText());
            }
        }
    }

    private static List<Map<String, String>> array(JsonParser in) throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            rows.add(in.currentToken() == JsonToken.START_OBJECT ? object(in) : Map.of("", in.getText()));
        }
        return rows;
    }

    private static Map<String, String> object(JsonParser in) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            fields.put(name, in.getText());
        }
        return fields;
    }
}
