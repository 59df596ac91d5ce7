package dev.muster.protocol.message;

/**
 * The body of GOODBYE (type 11): the agent stops on purpose, so its silence is no crash.
 *
 * <pre>
 * {"reason":"…"}
 * </pre>
 *
 * @param reason for people, such as "host shuts down"; 1 to 256 characters
 */
public record Goodbye(String reason) {
    private static final int MAX_REASON_CHARS = 256;

    public Goodbye {
        Bounds.required("reason", reason, MAX_REASON_CHARS);
    }

    public byte[] encode() {
        return new JsonBytes(64).raw("{\"reason\":").string(reason).raw('}').toByteArray();
    }

    public static Goodbye decode(byte[] body) {
        var fields = new Fields();
        MessageObject.read(body, fields::read);
        return new Goodbye(fields.reason);
    }

    private static final class Fields {
        private String reason = "";

        private boolean read(String name, JsonInput in) {
            if (!name.equals("reason")) {
                return false;
            }
            reason = in.readString(name);
            return true;
        }
    }
}
