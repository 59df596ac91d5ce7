package dev.muster.protocol.noise;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** A long-lived or ephemeral X25519 pair. Its text form is the private key alone; {@link #toString} shows only the public half. */
public final class StaticKeys {
    private final byte[] privateKey;
    private final PublicKey publicKey;

    private StaticKeys(byte[] privateBytes) {
        this.privateKey = privateBytes.clone();
        byte[] point = new byte[PublicKey.BYTES];
        X25519.generatePublicKey(privateKey, 0, point, 0);
        this.publicKey = PublicKey.of(point);
    }

    /**
     * A new pair.
     *
     * @param random must be a {@link java.security.SecureRandom} in life
     */
    public static StaticKeys generate(RandomGenerator random) {
        byte[] bytes = new byte[PublicKey.BYTES];
        random.nextBytes(bytes);
        return new StaticKeys(bytes);
    }

    /**
     * The pair of 32 private bytes, copied.
     *
     * @throws IllegalArgumentException if there are not exactly 32
     */
    public static StaticKeys ofPrivate(byte[] bytes) {
        if (bytes.length != PublicKey.BYTES) {
            throw new IllegalArgumentException("a private key has " + PublicKey.BYTES + " bytes, not " + bytes.length);
        }
        return new StaticKeys(bytes);
    }

    /**
     * Reads what {@link #secretText} wrote.
     *
     * @throws IllegalArgumentException without repeating the text
     */
    public static StaticKeys parse(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a private key is 44 characters of base64", e);
        }
        return ofPrivate(bytes);
    }

    /** The private key in base64, for a file that only its owner may read. */
    public String secretText() {
        return Base64.getEncoder().encodeToString(privateKey);
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /** A key that only the holder of this private key can derive; the same at every start. {@code label} separates uses. */
    public byte[] derive(String label) {
        return Primitives.hkdf(new byte[0], privateKey, label.getBytes(StandardCharsets.US_ASCII), 32);
    }

    /** X25519; the all-zero result of a low-order point is refused (RFC 7748 section 6.1). */
    byte[] agree(PublicKey other) throws HandshakeFailure {
        byte[] shared = new byte[PublicKey.BYTES];
        if (!X25519.calculateAgreement(privateKey, 0, other.raw(), 0, shared, 0)) {
            throw new HandshakeFailure("low-order public key");
        }
        return shared;
    }

    @Override
    public String toString() {
        return "StaticKeys[" + publicKey.fingerprint() + "]";
    }
}
