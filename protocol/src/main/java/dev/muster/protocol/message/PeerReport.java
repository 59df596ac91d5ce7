package dev.muster.protocol.message;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * The body of PEER_REPORT (type 9): a neighbour fell silent, or is heard again.
 *
 * <pre>
 * {"at":ms since 1970,"peer":"hex","silence_ms":n,"state":"silent"}
 * </pre>
 *
 * @param peer id of the neighbour's key: 32 hexadecimal digits
 * @param silence since it was last heard, by the reporter's monotonic clock, pauses of the reporter left out
 * @param at the reporter's wall clock, for show only
 */
public record PeerReport(String peer, State state, Duration silence, Instant at) {
    private static final int KEY_ID_BYTES = 16;

    /** What became of it. The names on the wire are append-only. */
    public enum State {
        SILENT,
        /** After it was silent. */
        BACK;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        static State ofWireName(String name) {
            for (State state : values()) {
                if (state.wireName.equals(name)) {
                    return state;
                }
            }
            throw new MalformedMessage("unknown state of a peer " + name);
        }
    }

    public PeerReport {
        Bounds.required("peer", peer, 2 * KEY_ID_BYTES);
        Bounds.hexOrEmpty("peer", peer, KEY_ID_BYTES);
        silence = Duration.ofMillis(Bounds.atLeast("silence_ms", silence.toMillis(), 0));
        at = Instant.ofEpochMilli(at.toEpochMilli());
    }

    public byte[] encode() {
        JsonBytes out = new JsonBytes(128);
        out.raw("{\"at\":").number(at.toEpochMilli());
        out.raw(",\"peer\":").string(peer);
        out.raw(",\"silence_ms\":").number(silence.toMillis());
        return out.raw(",\"state\":").string(state.wireName).raw('}').toByteArray();
    }

    public static PeerReport decode(byte[] body) {
        var fields = new Fields();
        MessageObject.read(body, fields::read);
        return fields.report();
    }

    private static final class Fields {
        private String peer = "";
        private Optional<State> state = Optional.empty();
        private long silenceMs;
        private long at;

        private boolean read(String name, JsonInput in) {
            switch (name) {
                case "peer" -> peer = in.readString(name);
                case "state" -> state = Optional.of(State.ofWireName(in.readString(name)));
                case "silence_ms" -> silenceMs = in.readLong(name);
                case "at" -> at = in.readLong(name);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private PeerReport report() {
            State known = state.orElseThrow(() -> new MalformedMessage("state is missing"));
            return new PeerReport(peer, known, Duration.ofMillis(silenceMs), Instant.ofEpochMilli(at));
        }
    }
}
