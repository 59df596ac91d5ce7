package dev.muster.protocol.message;

import java.util.HexFormat;

/**
 * The body of GOODBYE (type 11): the agent stops on purpose, so its silence is no crash.
 *
 * <pre>
 * {"reason":"…","run":"16 hex digits"}
 * </pre>
 *
 * <p>It waits in the spool where no collector is near, and may arrive when the agent runs again: that is what {@code run} is for.
 *
 * @param reason for people, such as "host shuts down"; 1 to 256 characters
 * @param agentRun the process that ends, as in its handshakes
 */
public record Goodbye(String reason, long agentRun) {
    private static final int MAX_REASON_CHARS = 256;
    private static final HexFormat HEX = HexFormat.of();

    public Goodbye {
        Bounds.required("reason", reason, MAX_REASON_CHARS);
    }

    public byte[] encode() {
        return new JsonBytes(96)
                .raw("{\"reason\":")
                .string(reason)
                .raw(",\"run\":")
                .string(HEX.toHexDigits(agentRun))
                .raw('}')
                .toByteArray();
    }

    public static Goodbye decode(byte[] body) {
        var fields = new Fields();
        MessageObject.read(body, fields::read);
        return new Goodbye(fields.reason, fields.run);
    }

    private static final class Fields {
        private String reason = "";
        private long run;

        private boolean read(String name, JsonInput in) {
            switch (name) {
                case "reason" -> reason = in.readString(name);
                case "run" -> run = run(in.readString(name));
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static long run(String text) {
            try {
                return HexFormat.fromHexDigitsToLong(text);
            } catch (IllegalArgumentException e) {
                throw new MalformedMessage("run is not hexadecimal", e);
            }
        }
    }
}
