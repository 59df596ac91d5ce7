package dev.muster.collector.cli;

import java.util.Optional;

/**
 * Server-sent events from their lines (WHATWG HTML, 9.2.6), of which Muster uses {@code id}, {@code data} and comments. Pure.
 */
final class SseParser {
    /** A message: its id and its data, either empty where the message had none. */
    record Message(String id, String data) {}

    private final StringBuilder data = new StringBuilder();
    private String id = "";

    /** Takes one line; returns the message that it completes. */
    Optional<Message> line(String line) {
        if (line.isEmpty()) {
            Message message = new Message(id, data.toString());
            data.setLength(0);
            return message.data().isEmpty() ? Optional.empty() : Optional.of(message);
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        switch (field) {
            case "id" -> id = value;
            case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
            default -> {
                // Comments, which keep the connection alive, and fields that Muster does not send.
            }
        }
        return Optional.empty();
    }
}
