package dev.muster.collector.settings;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The YAML of a configuration file. What would silently be read as something else than is written there is refused. */
public final class Document {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private Document() {}

    /**
     * Its tree; a missing or null node where there is nothing in it.
     *
     * @throws JsonProcessingException where it is no YAML, has a name twice, an anchor, an alias, or a second document
     */
    public static JsonNode read(String yaml) throws JsonProcessingException {
        try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
            look(parser);
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("text does not fail to be read", e);
        }
        return YAML.readTree(yaml);
    }

    /** Jackson takes an alias for the text that names it, and leaves out what follows the first document. */
    private static void look(YAMLParser parser) throws IOException {
        int depth = 0;
        boolean isOver = false;
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (isOver) {
                throw refused(parser, "what follows \"---\" is a second document, and would not be read");
            }
            if (parser.getObjectId() != null || isAlias(parser)) {
                throw refused(
                        parser,
                        "anchors and aliases (& and *) are not allowed; text that starts with them needs quotes");
            }
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
            isOver = depth == 0;
        }
    }

    private static JsonParseException refused(YAMLParser parser, String why) {
        return new JsonParseException(parser, why, parser.currentTokenLocation());
    }

    /** Deprecated there since aliases were to become object ids, which they have not. */
    @SuppressWarnings("deprecation")
    private static boolean isAlias(YAMLParser parser) {
        return parser.isCurrentAlias();
    }
}
