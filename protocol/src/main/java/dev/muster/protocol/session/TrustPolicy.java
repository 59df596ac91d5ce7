package dev.muster.protocol.session;

import dev.muster.protocol.noise.PublicKey;

/** Who may speak. Asked on the owner's thread for each handshake, so it answers from memory. */
public interface TrustPolicy {
    Trust trust(PublicKey agent);
}
