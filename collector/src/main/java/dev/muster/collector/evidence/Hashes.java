package dev.muster.collector.evidence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 (FIPS 180-4), over bytes, over texts, and as the root of a Merkle tree; in lower-case hex. */
final class Hashes {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private Hashes() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Each text after its length in bytes, so that no two lists give the same hash. */
    static String of(Collection<String> texts) {
        MessageDigest digest = sha256();
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
            digest.update(bytes);
        }
        return hex(digest);
    }

    /** The root over texts in their order; RFC 6962, section 2.1, but that an odd node at the end of a level goes up as it is, which is the same tree. */
    static String root(List<String> leaves) {
        List<byte[]> level = new ArrayList<>();
        for (String leaf : leaves) {
            level.add(node(LEAF, leaf.getBytes(StandardCharsets.UTF_8), new byte[0]));
        }
        if (level.isEmpty()) {
            return hex(sha256());
        }
        while (level.size() > 1) {
            List<byte[]> above = new ArrayList<>();
            for (int i = 0; i + 1 < level.size(); i += 2) {
                above.add(node(NODE, level.get(i), level.get(i + 1)));
            }
            if (level.size() % 2 == 1) {
                above.add(level.getLast());
            }
            level = above;
        }
        return HexFormat.of().formatHex(level.getFirst());
    }

    private static byte[] node(byte kind, byte[] left, byte[] right) {
        MessageDigest digest = sha256();
        digest.update(kind);
        digest.update(left);
        digest.update(right);
        return digest.digest();
    }
}
