package dev.muster.agent.config;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Every key there is; its option on the command line is the same in lower case with dashes. */
enum Setting {
    COLLECTORS(""),
    MULTICAST(CollectorAddress.DEFAULT_GROUP.toString()),
    TTL("31"),
    COLLECTOR_KEYS("/etc/muster/collector-keys"),
    TOKEN_FILE(""),
    BIND(""),
    PORT("1984"),
    SCRIPTS(""),
    OWN_TYPES("/etc/muster/discovery.d"),
    TYPES_ON(""),
    TYPES_OFF(""),
    INTERVALS(""),
    MAX_SCRIPTS("2"),
    STATE("/var/lib/muster-agent"),
    RUN("/run/muster-agent"),
    SPOOL_MAX_MB("64"),
    DIGEST_SECONDS("3600"),
    LOG_LEVEL("info");

    private final String defaultValue;

    Setting(String defaultValue) {
        this.defaultValue = defaultValue;
    }

    String defaultValue() {
        return defaultValue;
    }

    String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Setting> ofKey(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.name().equals(key))
                .findFirst();
    }

    static Optional<Setting> ofOption(String option) {
        return Arrays.stream(values())
                .filter(setting -> setting.option().equals(option))
                .findFirst();
    }

    /** The one with the fewest letters to change, add or leave out. */
    static Setting nearest(String key) {
        return Arrays.stream(values())
                .min(Comparator.comparingInt(setting -> distance(setting.name(), key.toUpperCase(Locale.ROOT))))
                .orElseThrow();
    }

    /** Levenshtein's, one row at a time. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
