package dev.muster.collector.model;

/**
 * An agent that may speak for a host.
 *
 * @param keyId lower-case hex of the first 16 bytes of SHA-256 over the public key
 * @param publicKey base64 of the 32 bytes of its X25519 public key
 */
public record KnownAgent(String keyId, String publicKey, HostId host, String hostName) {}
