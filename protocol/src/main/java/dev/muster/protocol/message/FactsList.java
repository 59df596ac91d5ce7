package dev.muster.protocol.message;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The body of LIST (type 6): every instance that the agent discovers, with the hash of the facts that it last handed over. What is not in
 * it is discovered no more. Sent as {@link Digest} is, right behind the record that it names.
 *
 * <pre>
 * {"instances":[{"hash":"64 hex digits, or empty","instance":"…","type":"…"},…],"seq":n}
 * </pre>
 *
 * @param seq the last durable record on the channel that the list covers; 0 where there was none
 * @param instances at most {@value #MAX_INSTANCES}; without a hash where nothing was handed over yet, as in a new spool
 */
public record FactsList(long seq, SortedMap<InstanceName, Optional<FactsHash>> instances) {
    static final int MAX_INSTANCES = 4_096;

    private static final int EXPECTED_INSTANCE_BYTES = 128;

    public FactsList {
        Bounds.atLeast("seq", seq, 0);
        instances = Collections.unmodifiableSortedMap(new TreeMap<>(instances));
        if (instances.size() > MAX_INSTANCES) {
            throw new MalformedMessage("more than " + MAX_INSTANCES + " instances");
        }
    }

    public byte[] encode() {
        JsonBytes out = new JsonBytes(64 + EXPECTED_INSTANCE_BYTES * instances.size());
        out.raw("{\"instances\":[");
        String[] comma = {""};
        instances.forEach((name, hash) -> {
            out.raw(comma[0]).raw("{\"hash\":").string(hash.map(FactsHash::hex).orElse(""));
            out.raw(",\"instance\":").string(name.instance());
            out.raw(",\"type\":").string(name.type()).raw('}');
            comma[0] = ",";
        });
        return out.raw("],\"seq\":").number(seq).raw('}').toByteArray();
    }

    public static FactsList decode(byte[] body) {
        SortedMap<InstanceName, Optional<FactsHash>> instances = new TreeMap<>();
        long[] seq = new long[1];
        MessageObject.read(body, (name, in) -> {
            switch (name) {
                case "instances" -> in.readObjects(name, MAX_INSTANCES, () -> readInstance(in, instances));
                case "seq" -> seq[0] = in.readLong(name);
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new FactsList(seq[0], instances);
    }

    private static void readInstance(JsonInput in, SortedMap<InstanceName, Optional<FactsHash>> into) {
        var name = new InstanceName.Fields();
        String[] hash = {""};
        MessageObject.members(in, (member, value) -> {
            if (member.equals("hash")) {
                hash[0] = value.readString(member);
                return true;
            }
            return name.read(member, value);
        });
        Optional<FactsHash> known = hash[0].isEmpty() ? Optional.empty() : Optional.of(FactsHash.ofHex(hash[0]));
        if (into.put(name.name(), known) != null) {
            throw new MalformedMessage(
                    "the same instance twice of " + name.name().type());
        }
    }
}
