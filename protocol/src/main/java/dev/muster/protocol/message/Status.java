package dev.muster.protocol.message;

import java.util.Locale;
import java.util.Optional;

/**
 * The body of STATUS (type 2): what the collector thinks of the agent, sent after HELLO and whenever it changes.
 *
 * <pre>
 * {"clock_offset_ms":n,"host_id":"…","reason":"…","trust":"trusted"}
 * </pre>
 *
 * @param reason for people; required where refused
 * @param hostId the collector's id of the host, a UUID as text; "" until trusted
 * @param clockOffsetMs the collector's clock minus the agent's at HELLO, for show
 */
public record Status(Trust trust, String reason, String hostId, long clockOffsetMs) {
    private static final int MAX_REASON_CHARS = 512;
    private static final int MAX_HOST_ID_CHARS = 36;

    /** The names on the wire are append-only. */
    public enum Trust {
        TRUSTED,
        PENDING,
        REFUSED;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        public String wireName() {
            return wireName;
        }

        static Trust ofWireName(String name) {
            for (Trust trust : values()) {
                if (trust.wireName.equals(name)) {
                    return trust;
                }
            }
            throw new MalformedMessage("unknown trust " + name);
        }
    }

    public Status {
        Bounds.text("reason", reason, MAX_REASON_CHARS);
        Bounds.text("host_id", hostId, MAX_HOST_ID_CHARS);
        switch (trust) {
            case TRUSTED -> Bounds.required("host_id", hostId, MAX_HOST_ID_CHARS);
            case REFUSED -> Bounds.required("reason", reason, MAX_REASON_CHARS);
            case PENDING -> {}
        }
    }

    public static Status trusted(String hostId, long clockOffsetMs) {
        return new Status(Trust.TRUSTED, "", hostId, clockOffsetMs);
    }

    public static Status pending(String reason) {
        return new Status(Trust.PENDING, reason, "", 0);
    }

    public static Status refused(String reason) {
        return new Status(Trust.REFUSED, reason, "", 0);
    }

    public byte[] encode() {
        JsonBytes out = new JsonBytes(128);
        out.raw("{\"clock_offset_ms\":").number(clockOffsetMs);
        out.raw(",\"host_id\":").string(hostId);
        out.raw(",\"reason\":").string(reason);
        return out.raw(",\"trust\":").string(trust.wireName).raw('}').toByteArray();
    }

    public static Status decode(byte[] body) {
        var fields = new Fields();
        MessageObject.read(body, fields::read);
        return fields.status();
    }

    private static final class Fields {
        private Optional<Trust> trust = Optional.empty();
        private String reason = "";
        private String hostId = "";
        private long clockOffsetMs;

        private boolean read(String name, JsonInput in) {
            switch (name) {
                case "trust" -> trust = Optional.of(Trust.ofWireName(in.readString(name)));
                case "reason" -> reason = in.readString(name);
                case "host_id" -> hostId = in.readString(name);
                case "clock_offset_ms" -> clockOffsetMs = in.readLong(name);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private Status status() {
            Trust known = trust.orElseThrow(() -> new MalformedMessage("trust is missing"));
            return new Status(known, reason, hostId, clockOffsetMs);
        }
    }
}
