package dev.muster.protocol.session;

import dev.muster.protocol.wire.RespPayload;

/** What a collector thinks of a key. */
public enum Trust {
    TRUSTED(RespPayload.STATUS_TRUSTED),
    /** Unknown so far: may say HELLO, and wait. */
    PENDING(RespPayload.STATUS_PENDING),
    REFUSED(RespPayload.STATUS_REFUSED);

    private final int code;

    Trust(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** An unknown number is taken for the least trust. */
    static Trust of(int code) {
        return switch (code) {
            case RespPayload.STATUS_TRUSTED -> TRUSTED;
            case RespPayload.STATUS_PENDING -> PENDING;
            default -> REFUSED;
        };
    }
}
