package dev.muster.protocol.noise;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Noise section 5.2: the chaining key, the handshake hash, and the key of the moment. Used by one handshake, then wiped. */
final class SymmetricState {
    private static final byte[] PROTOCOL_NAME = "Noise_IK_25519_AESGCM_SHA256".getBytes(StandardCharsets.US_ASCII);

    private byte[] chainingKey = Arrays.copyOf(PROTOCOL_NAME, Primitives.HASH_BYTES);
    private byte[] hash = chainingKey.clone();
    private byte[] key = new byte[0];
    private long counter;

    SymmetricState(byte[] prologue) {
        mixHash(prologue);
    }

    /** The same moment of the same handshake, to go on from without touching this one. */
    SymmetricState copy() {
        var copy = new SymmetricState(new byte[0]);
        copy.chainingKey = chainingKey.clone();
        copy.hash = hash.clone();
        copy.key = key.clone();
        copy.counter = counter;
        return copy;
    }

    void mixHash(byte[] data) {
        hash = Primitives.sha256(hash, data);
    }

    void mixKey(byte[] keyMaterial) {
        byte[] derived = expand(keyMaterial);
        chainingKey = Arrays.copyOfRange(derived, 0, Primitives.HASH_BYTES);
        key = Arrays.copyOfRange(derived, Primitives.HASH_BYTES, derived.length);
        counter = 0;
        Arrays.fill(keyMaterial, (byte) 0);
    }

    byte[] encryptAndHash(byte[] plain) {
        byte[] sealed = new AeadKey(key.clone()).seal(counter++, hash, plain);
        mixHash(sealed);
        return sealed;
    }

    byte[] decryptAndHash(byte[] sealed) throws HandshakeFailure {
        byte[] plain = new AeadKey(key.clone())
                .open(counter++, hash, 0, hash.length, sealed, 0, sealed.length)
                .orElseThrow(() -> new HandshakeFailure("does not authenticate"));
        mixHash(sealed);
        return plain;
    }

    byte[] hash() {
        return hash.clone();
    }

    /** The keys of the two directions, initiator's first; wipes what they came from. */
    AeadKey[] split() {
        byte[] derived = expand(new byte[0]);
        var keys = new AeadKey[] {
            new AeadKey(Arrays.copyOfRange(derived, 0, Primitives.HASH_BYTES)),
            new AeadKey(Arrays.copyOfRange(derived, Primitives.HASH_BYTES, derived.length))
        };
        Arrays.fill(derived, (byte) 0);
        Arrays.fill(chainingKey, (byte) 0);
        Arrays.fill(key, (byte) 0);
        return keys;
    }

    // Noise's HKDF is RFC 5869's with the chaining key as salt and no info.
    private byte[] expand(byte[] keyMaterial) {
        return Primitives.hkdf(chainingKey, keyMaterial, new byte[0], 2 * Primitives.HASH_BYTES);
    }
}
