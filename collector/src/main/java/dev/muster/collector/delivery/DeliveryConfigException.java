package dev.muster.collector.delivery;

/** A setting of mail or syslog is wrong. The message names the key, what is wrong and what is expected; never a secret. */
public final class DeliveryConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeliveryConfigException(String key, String problem) {
        super(key + ": " + problem);
    }
}
