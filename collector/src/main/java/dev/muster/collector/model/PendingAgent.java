package dev.muster.collector.model;

import java.time.Instant;

/**
 * An agent whose key speaks for no host yet and that waits for an administrator's word.
 *
 * @param keyId lower-case hex of the first 16 bytes of SHA-256 over the public key; in groups of four it is the fingerprint that the
 *     agent prints
 * @param publicKey base64 of the 32 bytes of its X25519 public key
 * @param attributes what it says of its host; nothing of it is proven
 * @param address the IP address that it asks from
 * @param since when it first asked
 * @param seen when it last asked
 */
public record PendingAgent(
        String keyId, String publicKey, HostAttributes attributes, String address, Instant since, Instant seen) {}
