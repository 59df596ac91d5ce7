package dev.muster.protocol.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pull parser over hostile UTF-8: strict decoding, bounded depth and lengths, and one exception type. Everything above it sees tokens
 * only.
 */
final class JsonInput implements AutoCloseable {
    /** wire-protocol.md, limits of a record: JSON depth. */
    static final int MAX_DEPTH = 64;

    /** Twice what a script may print (2 MiB), so that a whole report with its lists fits. */
    static final int MAX_DOCUMENT_CHARS = 4 << 20;

    private static final int MAX_STRING_CHARS = 2 << 20;
    /** PATH_MAX of Linux: the longest names in use are paths. */
    private static final int MAX_NAME_CHARS = 4_096;
    /** A sign and the 19 digits of the largest signed 64-bit integer. */
    private static final int MAX_NUMBER_CHARS = 20;

    // Name canonicalising is off: its table is shared by all parsers and hostile names would stay in it.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxDocumentLength(MAX_DOCUMENT_CHARS)
                    .maxStringLength(MAX_STRING_CHARS)
                    .maxNameLength(MAX_NAME_CHARS)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .build())
            .build();

    private final JsonParser parser;

    private JsonInput(JsonParser parser) {
        this.parser = parser;
    }

    /** Through a Reader, because Jackson given bytes would guess UTF-16 and UTF-32 too. */
    static JsonInput over(InputStream utf8) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try {
            return new JsonInput(FACTORY.createParser(new InputStreamReader(utf8, decoder)));
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** The next token; {@code null} at the end of input. */
    @Nullable
    JsonToken next() {
        try {
            return parser.nextToken();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    void expect(JsonToken token, String what) {
        if (next() != token) {
            throw new MalformedMessage(what + " expected" + where());
        }
    }

    void expectEnd() {
        if (next() != null) {
            throw new MalformedMessage("text after the JSON object" + where());
        }
    }

    /** The next member's name inside an object; {@code null} at its end. */
    @Nullable
    String nextName() {
        JsonToken token = next();
        if (token == JsonToken.FIELD_NAME) {
            return name();
        }
        if (token == null) {
            throw new MalformedMessage("JSON ends in the middle" + where());
        }
        return null;
    }

    String name() {
        try {
            return parser.currentName();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    String readString(String field) {
        expect(JsonToken.VALUE_STRING, "a string for " + field);
        try {
            return parser.getText();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    long readLong(String field) {
        JsonToken token = next();
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw new MalformedMessage("a number for " + field + " expected" + where());
        }
        return currentLong(token);
    }

    /** A list of objects; {@code object} reads one of them to its end, from behind its opening brace. */
    void readObjects(String field, int maxCount, Runnable object) {
        expect(JsonToken.START_ARRAY, "a list for " + field);
        int count = 0;
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            if (token != JsonToken.START_OBJECT) {
                throw new MalformedMessage(field + " must hold objects only" + where());
            }
            if (count++ == maxCount) {
                throw new MalformedMessage(field + " has more than " + maxCount + " entries");
            }
            object.run();
        }
    }

    List<String> readStrings(String field, int maxCount) {
        expect(JsonToken.START_ARRAY, "a list for " + field);
        List<String> strings = new ArrayList<>();
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            if (token != JsonToken.VALUE_STRING) {
                throw new MalformedMessage(field + " must hold strings only" + where());
            }
            if (strings.size() == maxCount) {
                throw new MalformedMessage(field + " has more than " + maxCount + " entries");
            }
            strings.add(currentText());
        }
        return strings;
    }

    /** Skips the value that follows: a field that a newer version has added. */
    void skipValue() {
        next();
        try {
            parser.skipChildren();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** The current integer; a fraction or a number beyond 64 bits is malformed. */
    long currentLong(JsonToken token) {
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            throw new MalformedMessage("a number with a fraction or exponent" + where()
                    + ": numbers are 64-bit integers, write a fraction as text");
        }
        try {
            return parser.getLongValue();
        } catch (IOException e) {
            throw new MalformedMessage("an integer beyond signed 64 bits" + where(), e);
        }
    }

    /** Appends the current string to {@code out} without making a String of it. */
    void copyStringTo(JsonBytes out) {
        try {
            out.string(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    String where() {
        var at = parser.currentTokenLocation();
        return " at line " + at.getLineNr() + " column " + at.getColumnNr();
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private String currentText() {
        try {
            return parser.getText();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private static RuntimeException malformed(IOException e) {
        return switch (e) {
            case StreamConstraintsException tooBig ->
                new MalformedMessage("JSON over a limit: " + tooBig.getOriginalMessage(), e);
            case JsonProcessingException bad -> {
                var at = bad.getLocation();
                String where = at == null ? "" : " at line " + at.getLineNr() + " column " + at.getColumnNr();
                yield new MalformedMessage("not valid JSON" + where + ": " + bad.getOriginalMessage(), e);
            }
            case CharacterCodingException notUtf8 -> new MalformedMessage("not valid UTF-8", notUtf8);
            case CharConversionException notUtf8 -> new MalformedMessage("not valid UTF-8", notUtf8);
            default -> new UncheckedIOException(e);
        };
    }
}
