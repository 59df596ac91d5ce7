package dev.muster.agent.discovery;

import java.nio.charset.StandardCharsets;

/** The last 4 KiB of standard error. */
final class LastOutput implements OutputPipe.Sink {
    static final int KEPT_BYTES = 4 << 10;

    private final byte[] ring = new byte[KEPT_BYTES];
    private long total;

    @Override
    public void take(byte[] bytes, int length) {
        for (int i = Math.max(0, length - KEPT_BYTES); i < length; i++) {
            ring[(int) ((total + i) % KEPT_BYTES)] = bytes[i];
        }
        total += length;
    }

    /** Without space at its ends; what is no UTF-8 is replaced. */
    String text() {
        int length = (int) Math.min(total, KEPT_BYTES);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = ring[(int) ((total - length + i) % KEPT_BYTES)];
        }
        return new String(bytes, StandardCharsets.UTF_8).strip();
    }
}
