package dev.muster.protocol.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * The body of DIGEST (type 4): what the agent has handed over, so that silence can be told from loss, and when each instance last ran, so
 * that a script that hangs is not taken for one that finds nothing new. Sent on the channel of results right behind the record that it
 * names.
 *
 * <pre>
 * {"digest":"64 hex digits","runs":[{"age_ms":n,"instance":"…","interval_ms":n,"type":"…"},…],"seq":n,"spool":"kept"}
 * </pre>
 *
 * @param digest {@link #of} the hashes of all facts handed over through {@code seq}
 * @param seq the last durable record on the channel that the digest covers; 0 where there was none
 * @param spool where this spool comes from
 * @param runs of each instance that has run since the agent started, at most {@value #MAX_RUNS}
 */
public record Digest(String digest, long seq, Spool spool, List<Run> runs) {
    static final int MAX_RUNS = FactsList.MAX_INSTANCES;

    private static final int EXPECTED_RUN_BYTES = 96;

    /** How a spool came about. The names on the wire are append-only. */
    public enum Spool {
        /** It is the one with which the agent started. */
        KEPT,
        /** What the collector asked for was not made yet: the agent's state is an older copy. */
        AGENT_WENT_BACK,
        /** What the collector asked for had been applied and deleted: its graph is an older copy. */
        COLLECTOR_WENT_BACK,
        /** It could not be read. */
        DAMAGED;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        static Spool ofWireName(String name) {
            for (Spool spool : values()) {
                if (spool.wireName.equals(name)) {
                    return spool;
                }
            }
            throw new MalformedMessage("unknown origin of a spool " + name);
        }
    }

    /**
     * The last run of an instance that came to an end, however.
     *
     * @param age by the agent's monotonic clock, since no decision uses its wall clock
     * @param interval how often it is to run; in force now
     */
    public record Run(InstanceName name, Duration age, Duration interval) {
        public Run {
            age = Duration.ofMillis(Bounds.atLeast("age_ms", age.toMillis(), 0));
            interval = Duration.ofMillis(Bounds.atLeast("interval_ms", interval.toMillis(), 0));
        }

        private void encode(JsonBytes out) {
            out.raw("{\"age_ms\":").number(age.toMillis());
            out.raw(",\"instance\":").string(name.instance());
            out.raw(",\"interval_ms\":").number(interval.toMillis());
            out.raw(",\"type\":").string(name.type()).raw('}');
        }
    }

    public Digest {
        Bounds.required("digest", digest, 2 * FactsHash.BYTES);
        Bounds.hexOrEmpty("digest", digest, FactsHash.BYTES);
        Bounds.atLeast("seq", seq, 0);
        runs = List.copyOf(runs);
        if (runs.size() > MAX_RUNS) {
            throw new MalformedMessage("more than " + MAX_RUNS + " runs");
        }
        Set<InstanceName> seen = new HashSet<>();
        for (Run run : runs) {
            if (!seen.add(run.name)) {
                throw new MalformedMessage("the same instance twice of " + run.name.type());
            }
        }
    }

    /**
     * SHA-256 over the instances in their order, for each: type, a zero byte, instance, a zero byte (all UTF-8; no name holds a control
     * character), and the 32 bytes of the hash of its facts. In hex.
     */
    public static String of(SortedMap<InstanceName, FactsHash> facts) {
        MessageDigest digest = sha256();
        facts.forEach((name, hash) -> {
            digest.update(name.type().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(name.instance().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(hash.toByteArray());
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    public byte[] encode() {
        JsonBytes out = new JsonBytes(256 + EXPECTED_RUN_BYTES * runs.size());
        out.raw("{\"digest\":").string(digest).raw(",\"runs\":[");
        for (int i = 0; i < runs.size(); i++) {
            out.raw(i == 0 ? "" : ",");
            runs.get(i).encode(out);
        }
        out.raw("],\"seq\":").number(seq);
        return out.raw(",\"spool\":").string(spool.wireName).raw('}').toByteArray();
    }

    public static Digest decode(byte[] body) {
        var fields = new Fields();
        MessageObject.read(body, fields::read);
        return fields.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static final class Fields {
        private String digest = "";
        private long seq;
        private Optional<Spool> spool = Optional.empty();
        private final List<Run> runs = new ArrayList<>();

        private boolean read(String name, JsonInput in) {
            switch (name) {
                case "digest" -> digest = in.readString(name);
                case "seq" -> seq = in.readLong(name);
                case "spool" -> spool = Optional.of(Spool.ofWireName(in.readString(name)));
                case "runs" -> in.readObjects(name, MAX_RUNS, () -> runs.add(run(in)));
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static Run run(JsonInput in) {
            var name = new InstanceName.Fields();
            long[] millis = new long[2];
            MessageObject.members(in, (member, value) -> {
                switch (member) {
                    case "age_ms" -> millis[0] = value.readLong(member);
                    case "interval_ms" -> millis[1] = value.readLong(member);
                    default -> {
                        return name.read(member, value);
                    }
                }
                return true;
            });
            return new Run(name.name(), Duration.ofMillis(millis[0]), Duration.ofMillis(millis[1]));
        }

        private Digest digest() {
            Spool origin = spool.orElseThrow(() -> new MalformedMessage("spool is missing"));
            return new Digest(digest, seq, origin, runs);
        }
    }
}
