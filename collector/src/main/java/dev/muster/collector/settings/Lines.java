package dev.muster.collector.settings;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** In which line of a YAML file each key stands, the names on the way to it joined by dots. */
public final class Lines {
    private final Map<String, Integer> lines;

    private Lines(Map<String, Integer> lines) {
        this.lines = lines;
    }

    /**
     * Of a file that can be read as YAML.
     *
     * @throws IOException where it cannot
     */
    public static Lines of(String yaml) throws IOException {
        var lines = new HashMap<String, Integer>();
        Deque<String> way = new ArrayDeque<>();
        try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
            String at = "";
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    String above = way.element();
                    at = above.isEmpty() ? parser.currentName() : above + "." + parser.currentName();
                    lines.putIfAbsent(at, parser.currentTokenLocation().getLineNr());
                } else if (token.isStructStart()) {
                    way.push(at);
                } else if (token.isStructEnd()) {
                    at = way.pop();
                }
            }
        }
        return new Lines(lines);
    }

    /** Of the key, or of the nearest above it that is there. */
    public int of(String key, int otherwise) {
        for (String at = key; !at.isEmpty(); at = at.substring(0, Math.max(0, at.lastIndexOf('.')))) {
            Integer line = lines.get(at);
            if (line != null) {
                return line;
            }
        }
        return otherwise;
    }
}
