package dev.muster.protocol.message;

import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.util.HashSet;
import java.util.Set;

/** Reads the top level of a message, or an object in it: each known member once, unknown ones (of newer versions) skipped. */
final class MessageObject {
    /** Several times what any message has. */
    private static final int MAX_MEMBERS = 64;

    private MessageObject() {}

    /** Reads the value of one member. */
    interface Member {
        /** Returns false, having read nothing, where the name is unknown. */
        boolean read(String name, JsonInput in);
    }

    static void read(byte[] body, Member member) {
        try (JsonInput in = JsonInput.over(new ByteArrayInputStream(body))) {
            in.expect(JsonToken.START_OBJECT, "a JSON object");
            members(in, member);
            in.expectEnd();
        }
    }

    /** Of an object whose opening brace is read already, to its end. */
    static void members(JsonInput in, Member member) {
        Set<String> seen = new HashSet<>();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            if (!seen.add(name)) {
                throw new MalformedMessage("the same name twice in one object: " + name);
            }
            if (seen.size() > MAX_MEMBERS) {
                throw new MalformedMessage("more than " + MAX_MEMBERS + " members");
            }
            if (!member.read(name, in)) {
                in.skipValue();
            }
        }
    }

    static int toInt(String field, long value) {
        if (value != (int) value) {
            throw new MalformedMessage(field + " is out of range: " + value);
        }
        return (int) value;
    }
}
