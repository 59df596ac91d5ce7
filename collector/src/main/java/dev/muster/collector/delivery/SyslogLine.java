package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.delivery.EventLogConfig.Facility;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One event as one line of syslog (RFC 5424, 6):
 *
 * <pre>
 * &lt;PRI&gt;1 TIME COLLECTOR muster - event-type [muster@32473 seq="…" host="…" …] summary
 * </pre>
 *
 * <p>32473 is the enterprise number for documentation (RFC 5612): muster has none of its own.
 */
final class SyslogLine {
    /** What every receiver of syslog over UDP should take (RFC 5426, 3.2). */
    static final int MAX_LINE_BYTES = 2_048;

    /** Six parameters, each at most doubled by escapes. */
    private static final int MAX_PARAM_CHARS = 120;

    /** At three bytes a character still within {@link #MAX_LINE_BYTES}, so that the closing bracket is never cut. */
    private static final int MAX_PARAMS_CHARS = 550;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** RFC 5424, 6.2.1, table 2. */
    private enum Level {
        ERROR(3),
        WARNING(4),
        NOTICE(5),
        INFO(6);

        private final int code;

        Level(int code) {
            this.code = code;
        }
    }

    private final Facility facility;
    private final String collector;

    /** @param collector this machine's name; the host that an event is about stands in the structured data */
    SyslogLine(Facility facility, String collector) {
        this.facility = facility;
        String name = collector.replaceAll("[^!-~]", "");
        this.collector = name.isEmpty() ? "-" : name.substring(0, Math.min(255, name.length()));
    }

    /** UTF-8, without a line feed, at most {@link #MAX_LINE_BYTES}. */
    byte[] of(Event event) {
        int priority = facility.code() * 8 + level(event).code;
        String line = "<" + priority + ">1 " + TIME.format(event.at()) + " " + collector + " muster - "
                + event.type().word() + " " + data(event) + " " + SafeText.line(event.summary(), MAX_LINE_BYTES);
        // Encodes as many whole characters as fit.
        ByteBuffer bytes = ByteBuffer.allocate(MAX_LINE_BYTES);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(line), bytes, true);
        byte[] out = new byte[bytes.position()];
        bytes.flip().get(out);
        return out;
    }

    private static Level level(Event event) {
        if (event.type() == EventType.FINDING_OPENED) {
            return switch (FindingDetail.of(event.detail()).severity()) {
                case HIGH -> Level.ERROR;
                case MEDIUM -> Level.WARNING;
                case LOW -> Level.NOTICE;
            };
        }
        return switch (event.type().weight()) {
            case ALARM -> Level.ERROR;
            case TROUBLE -> Level.WARNING;
            case NEWS -> Level.NOTICE;
            case GOOD -> Level.INFO;
        };
    }

    private static String data(Event event) {
        Map<String, String> params = new LinkedHashMap<>();
        params.put("seq", Long.toString(event.seq()));
        params.put("host", event.hostName());
        params.put("hostId", event.host().map(Object::toString).orElse(""));
        JsonNode rule = event.detail().path("rule");
        params.put("rule", rule.path("id").asText());
        params.put("severity", rule.path("severity").asText());
        params.put("category", rule.path("category").asText());
        var out = new StringBuilder("[muster@32473");
        params.forEach((name, value) -> {
            String param = " " + name + "=\"" + escaped(SafeText.line(value, MAX_PARAM_CHARS)) + "\"";
            if (!value.isEmpty() && out.length() + param.length() <= MAX_PARAMS_CHARS) {
                out.append(param);
            }
        });
        return out.append(']').toString();
    }

    /** RFC 5424, 6.3.3: these three and no others. */
    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("]", "\\]");
    }
}
