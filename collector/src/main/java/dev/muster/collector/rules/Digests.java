package dev.muster.collector.rules;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) over texts, so that no two lists of texts give the same bytes. */
public final class Digests {
    private Digests() {}

    /** One with nothing in it yet. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** In lower-case hex: how many there are, then each after its length in bytes of UTF-8. */
    public static String of(Collection<String> texts) {
        MessageDigest digest = sha256();
        update(digest, texts);
        return HexFormat.of().formatHex(digest.digest());
    }

    static void update(MessageDigest digest, Collection<String> texts) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, texts.size()));
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
            digest.update(bytes);
        }
    }
}
