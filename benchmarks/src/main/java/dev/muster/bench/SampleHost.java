package dev.muster.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.rules.GivenFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A host with all that the samples know: of each discovery type the sample that most rules pass. */
final class SampleHost {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern ADDRESS =
            Pattern.compile("\"(?!127\\.|0\\.0\\.0\\.0|255\\.|224\\.)(\\d{1,3}\\.){3}\\d{1,3}");
    private static final Pattern HARDWARE = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

    /** What holds names and addresses of the host itself. */
    private static final Set<String> OWN =
            Set.of("arpcache", "hardware", "hosts", "listening", "netconfig", "tcpdiscovery");

    private final String name;
    private final ObjectNode facts;

    private SampleHost(String name, ObjectNode facts) {
        this.name = name;
        this.facts = facts;
    }

    /** @param folder the module discovery-scripts */
    static SampleHost of(Path folder) throws IOException {
        ObjectNode facts = JSON.createObjectNode();
        try (Stream<Path> types = Files.list(folder)) {
            for (Path type : types.filter(path -> Files.isDirectory(path.resolve("samples")))
                    .sorted()
                    .toList()) {
                best(type.resolve("samples"))
                        .ifPresent(data -> facts.set(type.getFileName().toString(), data));
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

    /** A host like it, with a name and addresses of its own. */
    SampleHost alike(int number) throws IOException {
        String address = "\"10." + number / 65_536 + "." + number / 256 % 256 + "." + number % 256;
        String hardware = "52:54:00:%02x:%02x:%02x".formatted(number / 65_536, number / 256 % 256, number % 256);
        ObjectNode other = facts.deepCopy();
        for (String type : OWN) {
            if (other.has(type)) {
                String its = HARDWARE.matcher(
                                ADDRESS.matcher(other.get(type).toString()).replaceAll(address))
                        .replaceAll(hardware);
                other.set(type, JSON.readTree(its));
            }
        }
        String itsName = "web-" + number;
        other.withObjectProperty("os").put("hostname", itsName);
        other.withObjectProperty("proc_sys").put("kernel.hostname", itsName);
        return new SampleHost(itsName, other);
    }

    int types() {
        return facts.size();
    }

    FactsView facts() {
        ObjectNode given = JSON.createObjectNode().put("host_name", name);
        given.set("facts", facts);
        return GivenFacts.of(given);
    }
}
