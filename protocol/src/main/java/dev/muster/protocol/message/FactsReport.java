package dev.muster.protocol.message;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The body of a FACTS record (type 3): the facts of one instance of one discovery type, always whole.
 *
 * <pre>
 * {"data":{…},"denied":[…],"errors":[…],"hash":"64 hex digits","instance":"…","ran_at":ms since 1970,
 *  "schema":n,"status":"ok","took_ms":n,"truncated":[…],"type":"…"}
 * </pre>
 *
 * Encoded in canonical form; decoded in any order, unknown members skipped, the hash recomputed.
 *
 * @param type name of the discovery type, {@code [a-z][a-z0-9_-]*}, at most 64 characters
 * @param instance which one of several instances, "" where the type has one; at most 1,024 characters
 * @param schema version of the type's fields, from 1
 * @param denied what could not be read for want of permission
 * @param errors texts for people: standard error, why it was killed; not hashed
 * @param truncated lists in {@code data} that were cut
 * @param ranAt the agent's own clock when the run ended, for show only; kept to the millisecond
 */
public record FactsReport(
        String type,
        String instance,
        int schema,
        FactsStatus status,
        List<String> denied,
        List<String> errors,
        List<String> truncated,
        CanonicalJson data,
        Instant ranAt,
        long tookMs,
        FactsHash hash) {
    /** The cap on what a script prints (discovery contract); the canonical form is never longer than its source. */
    public static final int MAX_DATA_BYTES = 2 << 20;

    public static final int MAX_TYPE_CHARS = 64;
    public static final int MAX_INSTANCE_CHARS = 1_024;
    /** As many as a script may keep of any list. */
    public static final int MAX_LIST_ENTRIES = 2_000;

    public static final int MAX_LIST_ENTRY_CHARS = 1_024;
    public static final int MAX_ERRORS = 16;
    /** What is kept of standard error. */
    public static final int MAX_ERROR_CHARS = 4_096;

    private static final int FIXED_BYTES = 512;

    public FactsReport {
        typeName(type);
        Bounds.text("instance", instance, MAX_INSTANCE_CHARS);
        Bounds.atLeast("schema", schema, 1);
        denied = Bounds.lines("denied", denied, MAX_LIST_ENTRIES, MAX_LIST_ENTRY_CHARS);
        errors = Bounds.lines("errors", errors, MAX_ERRORS, MAX_ERROR_CHARS);
        truncated = Bounds.lines("truncated", truncated, MAX_LIST_ENTRIES, MAX_LIST_ENTRY_CHARS);
        if (data.size() > MAX_DATA_BYTES) {
            throw new MalformedMessage("data is " + data.size() + " bytes, at most " + MAX_DATA_BYTES + " are allowed");
        }
        ranAt = Instant.ofEpochMilli(Bounds.atLeast("ran_at", millis(ranAt), 0));
        Bounds.atLeast("took_ms", tookMs, 0);
        if (!hash.equals(FactsHash.of(schema, status, denied, truncated, data))) {
            throw new MalformedMessage("hash does not match the facts of " + type);
        }
    }

    /** Computes the hash. */
    public static FactsReport of(
            String type,
            String instance,
            int schema,
            FactsStatus status,
            List<String> denied,
            List<String> errors,
            List<String> truncated,
            CanonicalJson data,
            Instant ranAt,
            long tookMs) {
        return new FactsReport(
                type,
                instance,
                schema,
                status,
                denied,
                errors,
                truncated,
                data,
                ranAt,
                tookMs,
                FactsHash.of(schema, status, denied, truncated, data));
    }

    /** Returns {@code name}, or throws {@link MalformedMessage} where it is no name of a discovery type. */
    public static String typeName(String name) {
        Bounds.required("type", name, MAX_TYPE_CHARS);
        boolean good =
                name.charAt(0) >= 'a' && name.charAt(0) <= 'z' && name.chars().allMatch(FactsReport::isTypeChar);
        if (!good) {
            throw new MalformedMessage(
                    "type must be lower-case letters, digits, _ or - and begin with a letter: " + name);
        }
        return name;
    }

    /** The record body; a new array of exactly its length. */
    public byte[] encode() {
        byte[] head = new JsonBytes(16).raw("{\"data\":").toByteArray();
        JsonBytes tail = tail();
        byte[] body = new byte[head.length + data.size() + tail.length()];
        System.arraycopy(head, 0, body, 0, head.length);
        data.copyTo(body, head.length);
        System.arraycopy(tail.array(), 0, body, head.length + data.size(), tail.length());
        return body;
    }

    private JsonBytes tail() {
        JsonBytes out = new JsonBytes(FIXED_BYTES);
        out.raw(",\"denied\":");
        FactsHash.strings(out, denied);
        out.raw(",\"errors\":");
        FactsHash.strings(out, errors);
        out.raw(",\"hash\":").string(hash.hex());
        out.raw(",\"instance\":").string(instance);
        out.raw(",\"ran_at\":").number(ranAt.toEpochMilli());
        out.raw(",\"schema\":").number(schema);
        out.raw(",\"status\":").string(status.wireName());
        out.raw(",\"took_ms\":").number(tookMs);
        out.raw(",\"truncated\":");
        FactsHash.strings(out, truncated);
        return out.raw(",\"type\":").string(type).raw('}');
    }

    public static FactsReport decode(byte[] body) {
        var fields = new Fields();
        MessageObject.read(body, (name, in) -> fields.read(name, in, body.length));
        return fields.report();
    }

    private static boolean isTypeChar(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    private static long millis(Instant instant) {
        try {
            return instant.toEpochMilli();
        } catch (ArithmeticException e) {
            throw new MalformedMessage("ran_at is out of range", e);
        }
    }

    private static final class Fields {
        private String type = "";
        private String instance = "";
        private long schema;
        private Optional<FactsStatus> status = Optional.empty();
        private List<String> denied = new ArrayList<>();
        private List<String> errors = new ArrayList<>();
        private List<String> truncated = new ArrayList<>();
        private Optional<CanonicalJson> data = Optional.empty();
        private long ranAt;
        private long tookMs;
        private String hash = "";

        private boolean read(String name, JsonInput in, int bodyBytes) {
            switch (name) {
                case "type" -> type = in.readString(name);
                case "instance" -> instance = in.readString(name);
                case "schema" -> schema = in.readLong(name);
                case "status" -> status = Optional.of(FactsStatus.ofWireName(in.readString(name)));
                case "denied" -> denied = in.readStrings(name, MAX_LIST_ENTRIES);
                case "errors" -> errors = in.readStrings(name, MAX_ERRORS);
                case "truncated" -> truncated = in.readStrings(name, MAX_LIST_ENTRIES);
                case "data" -> data = Optional.of(Canonicalizer.readObject(in, Math.min(bodyBytes, MAX_DATA_BYTES)));
                case "ran_at" -> ranAt = in.readLong(name);
                case "took_ms" -> tookMs = in.readLong(name);
                case "hash" -> hash = in.readString(name);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private FactsReport report() {
            return new FactsReport(
                    type,
                    instance,
                    MessageObject.toInt("schema", schema),
                    status.orElseThrow(() -> new MalformedMessage("status is missing")),
                    denied,
                    errors,
                    truncated,
                    data.orElseThrow(() -> new MalformedMessage("data is missing")),
                    Instant.ofEpochMilli(ranAt),
                    tookMs,
                    FactsHash.ofHex(hash));
        }
    }
}
