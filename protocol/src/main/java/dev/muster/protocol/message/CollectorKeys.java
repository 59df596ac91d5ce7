package dev.muster.protocol.message;

import dev.muster.protocol.noise.PublicKey;
import java.util.Optional;

/**
 * The body of COLLECTOR_KEYS (type 14): by which keys the collector may be known, said after each HELLO. What an agent may make of it
 * depends on the key of the session: a key names its successor, once.
 *
 * <pre>
 * {"current":"44 characters of base64","spare":"44 characters of base64, or empty"}
 * </pre>
 *
 * @param current the one that it starts with now
 * @param spare the one that it would start with next
 */
public record CollectorKeys(PublicKey current, Optional<PublicKey> spare) {
    public byte[] encode() {
        JsonBytes out = new JsonBytes(128);
        out.raw("{\"current\":").string(current.toBase64());
        return out.raw(",\"spare\":")
                .string(spare.map(PublicKey::toBase64).orElse(""))
                .raw('}')
                .toByteArray();
    }

    public static CollectorKeys decode(byte[] body) {
        var fields = new Fields();
        MessageObject.read(body, fields::read);
        return new CollectorKeys(
                fields.current.orElseThrow(() -> new MalformedMessage("current is missing")), fields.spare);
    }

    private static final class Fields {
        private Optional<PublicKey> current = Optional.empty();
        private Optional<PublicKey> spare = Optional.empty();

        private boolean read(String name, JsonInput in) {
            switch (name) {
                case "current" -> current = Optional.of(KeyText.read(name, in));
                case "spare" -> {
                    String text = in.readString(name);
                    spare = text.isEmpty() ? Optional.empty() : Optional.of(KeyText.parse(name, text));
                }
                default -> {
                    return false;
                }
            }
            return true;
        }
    }
}
