package dev.muster.protocol.noise;

/**
 * What a finished handshake leaves.
 *
 * @param sending seals what this side sends
 * @param receiving opens what the other side sends
 */
public record SessionKeys(AeadKey sending, AeadKey receiving) {
    /** Forgets both. */
    public void wipe() {
        sending.wipe();
        receiving.wipe();
    }
}
