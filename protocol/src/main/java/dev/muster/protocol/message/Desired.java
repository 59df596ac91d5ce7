package dev.muster.protocol.message;

import com.fasterxml.jackson.core.JsonToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The body of DESIRED (type 7): what the collector wants discovered, where that differs from what the types declare. It is a state and
 * not a log: the last one holds, whole, and {@link Generation} names it. An agent takes from it no more than its own administrator and
 * the types' declarations allow.
 *
 * <pre>
 * {"instances":[{"instance":"…","interval_ms":n,"parameters":{"name":"value",…},"run":"on","type":"…"},…]}
 * </pre>
 *
 * @param instances each once, at most {@value #MAX_INSTANCES}
 */
public record Desired(List<Instance> instances) {
    /** What an agent works with that was told nothing. */
    public static final Desired NOTHING = new Desired(List.of());

    static final int MAX_INSTANCES = 4_096;
    private static final int MAX_PARAMETERS = 32;
    private static final int MAX_NAME_CHARS = 64;
    /** A thousand paths of 64 characters. */
    private static final int MAX_VALUE_CHARS = 64 << 10;

    /** Whether an instance is to run. The names on the wire are append-only. */
    public enum Run {
        ON,
        /** Of a type's first instance: nothing of the type runs. */
        OFF;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        static Run ofWireName(String name) {
            for (Run run : values()) {
                if (run.wireName.equals(name)) {
                    return run;
                }
            }
            throw new MalformedMessage("unknown run " + name);
        }
    }

    /**
     * One instance.
     *
     * @param instance "" for a type's first one, which runs unless told otherwise; any other is one more
     * @param interval instead of the declared one; in milliseconds on the wire, 0 for none
     * @param parameters checked by the agent against the type's declaration; a value may have lines
     */
    public record Instance(
            String type, String instance, Run run, Optional<Duration> interval, SortedMap<String, String> parameters) {
        public Instance {
            FactsReport.typeName(type);
            Bounds.text("instance", instance, FactsReport.MAX_INSTANCE_CHARS);
            interval.ifPresent(each -> Bounds.atLeast("interval_ms", each.toMillis(), 1));
            parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
            Bounds.lines("parameters", List.copyOf(parameters.values()), MAX_PARAMETERS, MAX_VALUE_CHARS);
            parameters.keySet().forEach(name -> Bounds.required("a parameter's name", name, MAX_NAME_CHARS));
        }

        private void encode(JsonBytes out) {
            out.raw("{\"instance\":").string(instance);
            out.raw(",\"interval_ms\":").number(interval.map(Duration::toMillis).orElse(0L));
            out.raw(",\"parameters\":{");
            String comma = "";
            for (Map.Entry<String, String> each : parameters.entrySet()) {
                out.raw(comma).string(each.getKey()).raw(':').string(each.getValue());
                comma = ",";
            }
            out.raw("},\"run\":").string(run.wireName);
            out.raw(",\"type\":").string(type).raw('}');
        }
    }

    public Desired {
        instances = List.copyOf(instances);
        if (instances.size() > MAX_INSTANCES) {
            throw new MalformedMessage("more than " + MAX_INSTANCES + " instances");
        }
        Set<List<String>> seen = new HashSet<>();
        for (Instance each : instances) {
            if (!seen.add(List.of(each.type, each.instance))) {
                throw new MalformedMessage("the same instance twice of " + each.type);
            }
        }
    }

    public byte[] encode() {
        JsonBytes out = new JsonBytes(256);
        out.raw("{\"instances\":[");
        for (int i = 0; i < instances.size(); i++) {
            out.raw(i == 0 ? "" : ",");
            instances.get(i).encode(out);
        }
        return out.raw("]}").toByteArray();
    }

    public static Desired decode(byte[] body) {
        List<Instance> instances = new ArrayList<>();
        MessageObject.read(body, (name, in) -> {
            if (!name.equals("instances")) {
                return false;
            }
            in.readObjects(name, MAX_INSTANCES, () -> instances.add(instance(in)));
            return true;
        });
        return new Desired(instances);
    }

    private static Instance instance(JsonInput in) {
        var fields = new Fields();
        MessageObject.members(in, fields::read);
        return fields.instance();
    }

    private static final class Fields {
        private String type = "";
        private String instance = "";
        private Run run = Run.ON;
        private long intervalMs;
        private final SortedMap<String, String> parameters = new TreeMap<>();

        private boolean read(String name, JsonInput in) {
            switch (name) {
                case "type" -> type = in.readString(name);
                case "instance" -> instance = in.readString(name);
                case "run" -> run = Run.ofWireName(in.readString(name));
                case "interval_ms" -> intervalMs = in.readLong(name);
                case "parameters" -> readParameters(in);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void readParameters(JsonInput in) {
            in.expect(JsonToken.START_OBJECT, "an object of parameters");
            MessageObject.members(in, (name, value) -> {
                parameters.put(name, value.readString("a parameter"));
                return true;
            });
        }

        private Instance instance() {
            Optional<Duration> interval =
                    intervalMs == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(intervalMs));
            return new Instance(type, instance, run, interval, parameters);
        }
    }
}
