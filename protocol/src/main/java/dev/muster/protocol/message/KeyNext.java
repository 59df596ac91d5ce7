package dev.muster.protocol.message;

import dev.muster.protocol.noise.PublicKey;
import java.util.Optional;

/**
 * The body of KEY_NEXT (type 12): the key that this agent will use from now on. Said in a session of the present key, which proves that
 * it comes from whom it concerns. Once it is applied, both keys speak for the host until the first session of the next one.
 *
 * <pre>
 * {"public_key":"44 characters of base64"}
 * </pre>
 */
public record KeyNext(PublicKey publicKey) {
    public byte[] encode() {
        return new JsonBytes(64)
                .raw("{\"public_key\":")
                .string(publicKey.toBase64())
                .raw('}')
                .toByteArray();
    }

    public static KeyNext decode(byte[] body) {
        var fields = new Fields();
        MessageObject.read(body, fields::read);
        return new KeyNext(fields.publicKey.orElseThrow(() -> new MalformedMessage("public_key is missing")));
    }

    private static final class Fields {
        private Optional<PublicKey> publicKey = Optional.empty();

        private boolean read(String name, JsonInput in) {
            if (!name.equals("public_key")) {
                return false;
            }
            publicKey = Optional.of(KeyText.read(name, in));
            return true;
        }
    }
}
