package dev.muster.protocol.message;

import com.fasterxml.jackson.core.JsonToken;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Copies JSON from a parser to a buffer in canonical form; the largest thing it holds is that buffer. */
final class Canonicalizer {
    private final JsonInput in;
    private final JsonBytes out;
    private final MemberOrder order = new MemberOrder();

    private Canonicalizer(JsonInput in, JsonBytes out) {
        this.in = in;
        this.out = out;
    }

    /**
     * Reads the object that follows. A member for whose name {@code diverted} answers true is left out: it must have read the value
     * itself.
     */
    static CanonicalJson readObject(JsonInput in, int expectedBytes, Predicate<String> diverted) {
        in.expect(JsonToken.START_OBJECT, "a JSON object");
        var out = new JsonBytes(expectedBytes);
        new Canonicalizer(in, out).object(diverted);
        return new CanonicalJson(out);
    }

    static CanonicalJson readObject(JsonInput in, int expectedBytes) {
        return readObject(in, expectedBytes, name -> false);
    }

    private void object(Predicate<String> diverted) {
        out.raw('{');
        int mark = order.mark();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            if (diverted.test(name)) {
                continue;
            }
            if (order.mark() > mark) {
                out.raw(',');
            }
            order.member(out.length());
            out.string(name).raw(':');
            value(in.next());
        }
        order.arrange(out.array(), mark, out.length());
        out.raw('}');
    }

    private void array() {
        out.raw('[');
        boolean first = true;
        for (JsonToken token = in.next(); token != JsonToken.END_ARRAY; token = in.next()) {
            if (!first) {
                out.raw(',');
            }
            first = false;
            value(token);
        }
        out.raw(']');
    }

    private void value(@Nullable JsonToken token) {
        switch (token) {
            case START_OBJECT -> object(name -> false);
            case START_ARRAY -> array();
            case VALUE_STRING -> in.copyStringTo(out);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.number(in.currentLong(token));
            case VALUE_TRUE -> out.raw("true");
            case VALUE_FALSE -> out.raw("false");
            case VALUE_NULL -> out.raw("null");
            case null, default -> throw new MalformedMessage("JSON ends in the middle" + in.where());
        }
    }
}
