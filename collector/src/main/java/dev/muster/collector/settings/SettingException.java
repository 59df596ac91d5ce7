package dev.muster.collector.settings;

/** A setting is wrong. The message names the key in full, what is wrong and what is expected; never a secret. */
public final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Of one key.
     *
     * @param key in full, for example {@code mail.port}; empty for the file as a whole
     */
    public SettingException(String key, String problem) {
        super(key.isEmpty() ? problem : key + ": " + problem);
        this.key = key;
    }

    public String key() {
        return key;
    }
}
