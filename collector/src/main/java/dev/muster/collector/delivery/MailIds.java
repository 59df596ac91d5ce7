package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
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
 * <p>Maintainer's note. Three kinds:
 *
 * <ul>
 *   <li>A mail that opens a finding is named after the finding (host, rule, instance, time of opening), since the mail
 *       that clears it must name it and knows the finding but no outbox row. A finding that opens again has another
 *       time, hence another name.
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
        if (row.events().size() == 1 && row.events().getFirst().type() == EventType.FINDING_OPENED) {
            return ofOpening(row.events().getFirst());
        }
        return id(PLAIN.matcher(row.id()).matches() ? row.id() : "row-" + hash(row.id()));
    }

    /** The mail that a mail of these rows answers: that of the opening, where it tells of one clearing. */
    Optional<String> answers(List<Row> rows) {
        List<Event> events = rows.stream().flatMap(row -> row.events().stream()).toList();
        return events.size() == 1 && events.getFirst().type() == EventType.FINDING_CLEARED
                ? Optional.of(ofOpening(events.getFirst()))
                : Optional.empty();
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
