package dev.muster.protocol.message;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names one version of a state that the collector wants an agent to have, DESIRED or PEERS: SHA-256 of the record's body as it was sent.
 * The agent keeps the bytes as they came, members of later versions included, so both sides get the same.
 */
public final class Generation {
    /** What an agent says that holds none. */
    public static final String NONE = "";

    private Generation() {}

    /** 64 hexadecimal digits, as {@link Hello} carries them. */
    public static String of(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
