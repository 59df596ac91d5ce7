package dev.muster.collector.evidence;

import dev.muster.collector.rules.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 (FIPS 180-4), over bytes, over a text, and as the root of a Merkle tree; in lower-case hex. */
final class Hashes {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private Hashes() {}

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(Digests.sha256().digest(bytes));
    }

    static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The root over texts in their order; RFC 6962, section 2.1, but that an odd node at the end of a level goes up as it is, which is the same tree. */
    static String root(List<String> leaves) {
        List<byte[]> level = new ArrayList<>();
        for (String leaf : leaves) {
            level.add(node(LEAF, leaf.getBytes(StandardCharsets.UTF_8), new byte[0]));
        }
        if (level.isEmpty()) {
            return hex(Digests.sha256());
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
        MessageDigest digest = Digests.sha256();
        digest.update(kind);
        digest.update(left);
        digest.update(right);
        return digest.digest();
    }
}
