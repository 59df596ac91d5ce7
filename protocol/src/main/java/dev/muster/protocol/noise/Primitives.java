package dev.muster.protocol.noise;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** SHA-256, HMAC (RFC 2104) and HKDF (RFC 5869) of the JDK, in the shapes that Noise and the envelope use. */
public final class Primitives {
    /** Length of a SHA-256 hash and of an AES-256 key. */
    public static final int HASH_BYTES = 32;

    private static final String HMAC = "HmacSHA256";

    private Primitives() {}

    /** Hashes the parts one after the other. */
    public static byte[] sha256(byte[]... parts) {
        MessageDigest digest = digest();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    /** Authenticates the parts one after the other. */
    public static byte[] hmac(byte[] key, byte[]... parts) {
        Mac mac = mac(key);
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    /** As {@link #hmac}, over a range of an array and without copying it. */
    public static byte[] hmac(byte[] key, byte[] input, int offset, int length) {
        Mac mac = mac(key);
        mac.update(input, offset, length);
        return mac.doFinal();
    }

    /** HKDF with SHA-256. An empty salt means 32 zero bytes, as RFC 5869 section 2.2 has it. */
    public static byte[] hkdf(byte[] salt, byte[] keyMaterial, byte[] info, int bytes) {
        byte[] prk = hmac(salt.length == 0 ? new byte[HASH_BYTES] : salt, keyMaterial);
        byte[] out = new byte[bytes];
        byte[] block = new byte[0];
        for (int done = 0, counter = 1; done < bytes; counter++) {
            block = hmac(prk, block, info, new byte[] {(byte) counter});
            int take = Math.min(block.length, bytes - done);
            System.arraycopy(block, 0, out, done, take);
            done += take;
        }
        Arrays.fill(prk, (byte) 0);
        return out;
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
