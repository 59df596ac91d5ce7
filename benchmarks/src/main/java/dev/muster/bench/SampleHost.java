package dev.muster.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.InstanceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A host with all that the samples know: of each discovery type the sample that most rules pass. */
final class SampleHost implements FactsView {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern ADDRESS =
            Pattern.compile("\"(?!127\\.|0\\.0\\.0\\.0|255\\.|224\\.)(\\d{1,3}\\.){3}\\d{1,3}");
    private static final Pattern HARDWARE = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

    /** What holds names and addresses of the host itself. */
    private static final Set<String> OWN =
            Set.of("arpcache", "hardware", "hosts", "listening", "netconfig", "tcpdiscovery");

    private final String name;
    private final Map<InstanceKey, Facts> facts;

    private SampleHost(String name, Map<InstanceKey, Facts> facts) {
        this.name = name;
        this.facts = Map.copyOf(facts);
    }

    /** @param folder the module discovery-scripts */
    static SampleHost of(Path folder) throws IOException {
        var facts = new HashMap<InstanceKey, Facts>();
        try (Stream<Path> types = Files.list(folder)) {
            for (Path type : types.filter(path -> Files.isDirectory(path.resolve("samples")))
                    .sorted()
                    .toList()) {
                best(type.resolve("samples")).ifPresent(data -> {
                    InstanceKey key = InstanceKey.unnamed(type.getFileName().toString());
                    facts.put(key, facts(key, data));
                });
            }
        }
        return new SampleHost("web-1", facts);
    }

    private static Optional<ObjectNode> best(Path samples) throws IOException {
        Optional<ObjectNode> best = Optional.empty();
        long most = -1;
        try (Stream<Path> all = Files.list(samples)) {
            for (Path sample : all.sorted().toList()) {
                Path verdicts = sample.resolve("verdicts.json");
                Path data = sample.resolve("facts.json");
                if (!Files.exists(data) || Files.exists(sample.resolve("status"))) {
                    continue;
                }
                long passes = !Files.exists(verdicts)
                        ? 0
                        : JSON.readTree(verdicts.toFile())
                                .valueStream()
                                .filter(verdict -> verdict.asText().equals("pass"))
                                .count();
                if (passes > most && JSON.readTree(data.toFile()) instanceof ObjectNode object) {
                    object.remove(List.of("_denied", "_truncated", "_errors"));
                    best = Optional.of(object);
                    most = passes;
                }
            }
        }
        return best;
    }

    private static Facts facts(InstanceKey key, ObjectNode data) {
        return new Facts(
                key,
                1,
                FactsStatus.OK,
                List.of(),
                List.of(),
                List.of(),
                data,
                Instant.EPOCH,
                Duration.ZERO,
                key + " " + data.toString().hashCode());
    }

    /** A host like it, with a name and addresses of its own. */
    SampleHost alike(int number) throws IOException {
        String address = "\"10." + number / 65_536 + "." + number / 256 % 256 + "." + number % 256;
        String hardware = "52:54:00:%02x:%02x:%02x".formatted(number / 65_536, number / 256 % 256, number % 256);
        var other = new HashMap<InstanceKey, Facts>(facts);
        for (InstanceKey key : facts.keySet()) {
            if (OWN.contains(key.type())) {
                String text = facts.get(key).data().toString();
                String its = HARDWARE.matcher(ADDRESS.matcher(text).replaceAll(address))
                        .replaceAll(hardware);
                other.put(key, facts(key, (ObjectNode) JSON.readTree(its)));
            }
        }
        other.computeIfPresent(InstanceKey.unnamed("os"), (key, os) -> with(os, "hostname", "web-" + number));
        other.computeIfPresent(
                InstanceKey.unnamed("proc_sys"), (key, sysctl) -> with(sysctl, "kernel.hostname", "web-" + number));
        return new SampleHost("web-" + number, other);
    }

    private static Facts with(Facts one, String member, String value) {
        ObjectNode data = one.data().deepCopy();
        data.put(member, value);
        return facts(one.key(), data);
    }

    int types() {
        return facts.size();
    }

    @Override
    public Optional<Facts> facts(InstanceKey key) {
        return Optional.ofNullable(facts.get(key));
    }

    @Override
    public String hostName() {
        return name;
    }

    @Override
    public Set<String> roles() {
        return Set.of();
    }

    @Override
    public Set<String> labels() {
        return Set.of();
    }
}
