package dev.muster.collector.evidence;

import dev.muster.collector.rules.Digests;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The public half of an {@link EvidenceKey}, as {@code openssl pkey -pubin} reads it. */
public final class VerifyingKey {
    static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    static final String END = "-----END PUBLIC KEY-----";
    private static final int FINGERPRINT_BYTES = 16;

    private final PublicKey key;

    VerifyingKey(PublicKey key) {
        this.key = key;
    }

    /**
     * Reads {@link #pem()}.
     *
     * @throws EvidenceException where the text holds no Ed25519 key
     */
    public static VerifyingKey ofPem(String text) throws EvidenceException {
        return new VerifyingKey(read(pemBody(text, BEGIN, END)));
    }

    private static PublicKey read(byte[] encoded) throws EvidenceException {
        try {
            PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
            if (!Arrays.equals(key.getEncoded(), encoded)) {
                throw new EvidenceException("there is more than one way to write this key");
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new EvidenceException("this is no Ed25519 public key", e);
        }
    }

    static byte[] pemBody(String text, String begin, String end) throws EvidenceException {
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from < 0 || to < from) {
            throw new EvidenceException("there is no " + begin);
        }
        try {
            return Base64.getDecoder()
                    .decode(text.substring(from + begin.length(), to).strip());
        } catch (IllegalArgumentException e) {
            throw new EvidenceException("the key is damaged", e);
        }
    }

    /** RFC 7468. */
    public String pem() {
        return BEGIN + "\n" + Base64.getEncoder().encodeToString(key.getEncoded()) + "\n" + END + "\n";
    }

    /** 128 bits of the SHA-256 of the encoded key, as people compare it. */
    public String fingerprint() {
        byte[] hash = Digests.sha256().digest(key.getEncoded());
        return HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES).replaceAll("(.{4})(?!$)", "$1-");
    }

    boolean signed(byte[] bytes, byte[] signature) {
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(bytes);
            return check.verify(signature);
        } catch (GeneralSecurityException wrong) {
            // The runtime's way to say of some wrong signatures that they are.
            return false;
        }
    }

    boolean signed(String text, byte[] signature) {
        return signed(text.getBytes(StandardCharsets.UTF_8), signature);
    }
}
