package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.Outbox.Row;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Message-IDs (RFC 5322, 3.6.4), the same however often a row is sent.
 *
 * <p>Maintainer's note. Four kinds:
 *
 * <ul>
 *   <li>A mail that opens a finding is named after the finding (host, rule, instance, time of opening), since the mail
 *       that clears it must name it and knows the finding but no outbox row. A finding that opens again has another
 *       time, hence another name.
 *   <li>So is a mail of an outage, after host and time, for the mail that says that the host is back.
 *   <li>Any other mail of one row is named after the row's id alone.
 *   <li>A digest is named after the ids of all its rows. After a crash the same rows may be claimed in other company:
 *       then the digest has another name. Naming it after its first row would let a receiver that drops known
 *       Message-IDs drop rows it never saw, and a second copy is better than a loss.
 * </ul>
 */
final class MailIds {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    /** 128 bits: no two findings share a name by chance. */
    private static final int HASH_HEX_CHARS = 32;

    private final String domain;

    /** @param from the sender's address; Message-IDs live below its domain, which makes them unique among sites */
    MailIds(String from) {
        this.domain = "muster." + from.substring(from.lastIndexOf('@') + 1);
    }

    String of(List<Row> rows) {
        if (rows.size() > 1) {
            return id("digest-" + hash(rows.stream().map(Row::id).sorted().toArray(String[]::new)));
        }
        Row row = rows.getFirst();
        if (row.events().size() == 1) {
            Event event = row.events().getFirst();
            switch (event.type()) {
                case FINDING_OPENED -> {
                    return ofOpening(event);
                }
                case HOST_DOWN, HOST_AGENT_DIED -> {
                    return ofOutage(event, event.at().toString());
                }
                default -> {}
            }
        }
        return id(PLAIN.matcher(row.id()).matches() ? row.id() : "row-" + hash(row.id()));
    }

    /** The mail that a mail of these rows answers: that of the opening, or of the outage, where it tells of one end. */
    Optional<String> answers(List<Row> rows) {
        List<Event> events = rows.stream().flatMap(row -> row.events().stream()).toList();
        if (events.size() != 1) {
            return Optional.empty();
        }
        Event event = events.getFirst();
        return switch (event.type()) {
            case FINDING_CLEARED -> Optional.of(ofOpening(event));
            case HOST_UP -> endOfOutage(event);
            default -> Optional.empty();
        };
    }

    /** Only after an outage: nobody was mailed that a host shut down. */
    private Optional<String> endOfOutage(Event event) {
        String before = event.detail().path("before").asText();
        boolean isEnd = before.equals(HostStatus.DOWN.word()) || before.equals(HostStatus.AGENT_DIED.word());
        return isEnd
                ? Optional.of(ofOutage(event, event.detail().path("downSince").asText()))
                : Optional.empty();
    }

    private String ofOutage(Event event, String since) {
        return id("outage-" + hash(event.host().map(Object::toString).orElse(event.hostName()), opened(since)));
    }

    private String ofOpening(Event event) {
        JsonNode finding = event.detail();
        JsonNode instance = finding.path("instance");
        return id("finding-"
                + hash(
                        event.host().map(Object::toString).orElse(event.hostName()),
                        finding.path("rule").path("id").asText(),
                        instance.isObject() ? instance.path("type").asText() : instance.asText(),
                        instance.path("instance").asText(),
                        opened(finding.path("opened").asText())));
    }

    /** The same instant is the same text, whether the graph gave it back with or without zeros at the end. */
    private static String opened(String text) {
        try {
            return Instant.parse(text).toString();
        } catch (DateTimeException e) {
            return text;
        }
    }

    private String id(String local) {
        return "<" + local + "@" + domain + ">";
    }

    private static String hash(String... parts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                // The length first, so that ("ab", "c") and ("a", "bc") differ.
                sha.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                sha.update(bytes);
            }
            return HexFormat.of().formatHex(sha.digest()).substring(0, HASH_HEX_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
