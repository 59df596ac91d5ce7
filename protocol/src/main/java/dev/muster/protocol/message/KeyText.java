package dev.muster.protocol.message;

import dev.muster.protocol.noise.PublicKey;

/** Public keys as members of messages. */
final class KeyText {
    private KeyText() {}

    static PublicKey read(String field, JsonInput in) {
        return parse(field, in.readString(field));
    }

    static PublicKey parse(String field, String text) {
        try {
            return PublicKey.parse(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessage(field + " is not 44 characters of base64", e);
        }
    }
}
