package dev.muster.collector.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as people read and write them; pure. */
final class Times {
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private Times() {}

    /** For example {@code 2026-11-21 06:12}, in the reader's zone. Text that is no time is shown as it is. */
    static String minute(String instant, ZoneId zone) {
        return shown(instant, zone, MINUTES);
    }

    static String second(String instant, ZoneId zone) {
        return shown(instant, zone, SECONDS);
    }

    /** How long ago, in the largest unit that fits: {@code 40 s}, {@code 5 min}, {@code 3 h}, {@code 12 d}. */
    static String age(String instant, Instant now) {
        try {
            long seconds =
                    Math.max(0, Duration.between(Instant.parse(instant), now).toSeconds());
            if (seconds < 60) {
                return seconds + " s";
            }
            if (seconds < 3600) {
                return seconds / 60 + " min";
            }
            return seconds < 2 * 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
        } catch (DateTimeException noTime) {
            return instant;
        }
    }

    /**
     * A time as people type it, as the API takes it: {@code 2026-11-20}, {@code 2026-11-20 14:00} and {@code 2026-11-20T14:00} are in
     * the reader's zone; {@code 2h} ago and RFC 3339 go as they are.
     */
    static String typed(String text, ZoneId zone) {
        String trimmed = text.strip();
        try {
            if (trimmed.matches("\\d{4}-\\d\\d-\\d\\d")) {
                return LocalDate.parse(trimmed).atStartOfDay(zone).toInstant().toString();
            }
            if (trimmed.matches("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d(:\\d\\d)?")) {
                return LocalDateTime.parse(trimmed.replace(' ', 'T'))
                        .atZone(zone)
                        .toInstant()
                        .toString();
            }
        } catch (DateTimeException noSuchDay) {
            throw CliException.usage(
                    "there is no such time: " + text, "Write it as 2026-11-20, 2026-11-20T14:00 or 2h.");
        }
        return trimmed;
    }

    private static String shown(String instant, ZoneId zone, DateTimeFormatter format) {
        try {
            return format.format(Instant.parse(instant).atZone(zone));
        } catch (DateTimeException noTime) {
            return instant;
        }
    }
}
