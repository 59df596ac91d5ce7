package dev.muster.protocol.message;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The body of WANT (type 5): the collector's answer to a {@link Digest} or a {@link FactsList} that differs from what it holds. It is asked
 * anew after the next digest, so it may be lost.
 *
 * <pre>
 * {"instances":[],"what":"list"}
 * {"instances":[{"instance":"…","type":"…"},…],"what":"instances"}
 * </pre>
 */
public sealed interface Want {
    /** The {@link FactsList}. */
    record Everything() implements Want {}

    /** The facts of these, whole, after their next run; at most as many as a list has. */
    record Instances(List<InstanceName> names) implements Want {
        public Instances {
            names = List.copyOf(names);
            if (names.size() > FactsList.MAX_INSTANCES) {
                throw new MalformedMessage("more than " + FactsList.MAX_INSTANCES + " instances");
            }
        }
    }

    default byte[] encode() {
        JsonBytes out = new JsonBytes(64);
        out.raw("{\"instances\":[");
        String what = switch (this) {
            case Everything _ -> "list";
            case Instances some -> {
                encode(some.names, out);
                yield "instances";
            }
        };
        return out.raw("],\"what\":").string(what).raw('}').toByteArray();
    }

    private static void encode(List<InstanceName> names, JsonBytes out) {
        for (int i = 0; i < names.size(); i++) {
            out.raw(i == 0 ? "" : ",").raw("{\"instance\":").string(names.get(i).instance());
            out.raw(",\"type\":").string(names.get(i).type()).raw('}');
        }
    }

    static Want decode(byte[] body) {
        SortedSet<InstanceName> names = new TreeSet<>();
        String[] what = {""};
        MessageObject.read(body, (name, in) -> {
            switch (name) {
                case "instances" -> in.readObjects(name, FactsList.MAX_INSTANCES, () -> names.add(name(in)));
                case "what" -> what[0] = in.readString(name);
                default -> {
                    return false;
                }
            }
            return true;
        });
        return switch (what[0]) {
            case "list" -> new Everything();
            case "instances" -> new Instances(List.copyOf(names));
            default -> throw new MalformedMessage("unknown want " + what[0]);
        };
    }

    private static InstanceName name(JsonInput in) {
        var fields = new InstanceName.Fields();
        MessageObject.members(in, fields::read);
        return fields.name();
    }
}
