package dev.muster.collector.delivery;

import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An event as hooks are told of it: two arguments, variables, and the whole as JSON on standard input. Arguments, the names after {@code ASSIM_} and
 * {@code HBSHUTDOWN} are those of the Assimilation project's notification scripts, which run here unchanged. Pure.
 *
 * @param arguments what happened ({@code warn}, {@code unwarn}, {@code up}, {@code down}, {@code create}) and to what kind of thing
 * @param variables each value one line of at most 4 KiB
 * @param json the event as in a mail's attachment
 */
record HookCall(List<String> arguments, Map<String, String> variables, String json) {
    private static final int MAX_VALUE_BYTES = 4_096;

    /** What the scripts call a host with an agent. */
    private static final String HOST = "Drone";

    /** The events that there is a call for. */
    static Set<EventType> events() {
        return EnumSet.allOf(EventType.class).stream()
                .filter(type -> verb(type).isPresent())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(EventType.class)));
    }

    static Optional<HookCall> of(Event event) {
        return verb(event.type())
                .map(verb -> new HookCall(List.of(verb, HOST), variables(event, verb), EventJson.of(List.of(event))));
    }

    private static Optional<String> verb(EventType type) {
        return switch (type) {
            case FINDING_OPENED -> Optional.of("warn");
            // As the reference has it: what is accepted is no warning any more, and one again when that ends.
            case FINDING_CLEARED, FINDING_WAIVED -> Optional.of("unwarn");
            case HOST_SHUT_DOWN, HOST_DOWN, HOST_AGENT_DIED -> Optional.of("down");
            case HOST_UP -> Optional.of("up");
            case HOST_NEW -> Optional.of("create");
            default -> Optional.empty();
        };
    }

    private static Map<String, String> variables(Event event, String verb) {
        var values = new LinkedHashMap<String, String>();
        values.put("eventtype", verb);
        values.put("event", event.type().word());
        values.put("seq", Long.toString(event.seq()));
        values.put("at", event.at().toString());
        values.put("designation", event.hostName());
        values.put("hostid", event.host().map(Object::toString).orElse(""));
        values.put("status", verb.equals("down") ? "down" : "up");
        values.put("reason", reason(event.type()));
        values.put("summary", event.summary());
        if (isFinding(event.type())) {
            finding(values, FindingDetail.of(event.detail()));
        }
        var variables = new LinkedHashMap<String, String>();
        values.forEach((name, value) -> {
            String line = bounded(SafeText.line(value, MAX_VALUE_BYTES));
            variables.put("ASSIM_" + name, line);
            variables.put("MUSTER_" + name.toUpperCase(Locale.ROOT), line);
        });
        return variables;
    }

    private static String reason(EventType type) {
        return switch (type) {
            case HOST_SHUT_DOWN -> "HBSHUTDOWN";
            case FINDING_WAIVED -> "waived";
            default -> "";
        };
    }

    private static boolean isFinding(EventType type) {
        return type == EventType.FINDING_OPENED
                || type == EventType.FINDING_CLEARED
                || type == EventType.FINDING_WAIVED;
    }

    private static void finding(Map<String, String> values, FindingDetail finding) {
        values.put("ruleid", finding.ruleId());
        values.put("title", finding.title());
        values.put("category", finding.category());
        values.put("severity", finding.severity().word());
        values.put("instance", finding.instance());
        values.put(
                "found",
                finding.reads().stream()
                        .map(fact -> fact.path() + " = " + fact.value())
                        .collect(Collectors.joining("; ")));
        values.put("wanted", finding.wanted());
        values.put("fix", finding.fix().replace('\n', ' '));
    }

    /** As many whole characters as fit into the bytes. */
    private static String bounded(String line) {
        String cut = line;
        while (cut.getBytes(StandardCharsets.UTF_8).length > MAX_VALUE_BYTES) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1) * 7 / 8);
        }
        return cut;
    }
}
