package dev.muster.collector.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.api.FakeGraph;
import dev.muster.collector.graph.GraphReads.LastRun;
import dev.muster.collector.graph.GraphReads.StandingVerdict;
import dev.muster.collector.graph.GraphReads.StoredFacts;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.FindingCounts;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.rules.Catalogue;
import dev.muster.collector.rules.ParameterValues;
import dev.muster.collector.rules.Profiles;
import dev.muster.collector.rules.RuleSource;
import dev.muster.collector.rules.Rulebook;
import dev.muster.protocol.message.CanonicalJson;
import dev.muster.protocol.message.FactsHash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/** Two hosts with the same facts, a few rules, and whoever signs for them. */
final class Site {
    /** Of the host that bundles are made of. */
    static final String HOST_PART = "hosts/" + FakeGraph.WEB_1 + ".json.gz";

    static final HostId DB_1 = new HostId(UUID.fromString("019353c1-9a40-7cc4-8a70-5a1c2f0e8d12"));

    static final Rulebook RULES = Rulebook.load(
            Catalogue.of(json("""
                    {"version": 1, "types": {
                      "settings": {"keys": [{"key": "x", "type": "int"}]},
                      "hardware": {"fields": [{"name": "vendor", "type": "text"}, {"name": "serial", "type": "text", "secret": true}]}}}
                    """)),
            List.of(new RuleSource(
                    "rules.yaml",
                    Optional.of("settings"),
                    rule("x-is-zero", "settings", "facts['x'] == 0")
                            + rule("not-long-ago", "settings", "today <= '2026-11-20'")
                            + rule("vendor", "hardware", "facts.vendor == 'ACME'")
                            + rule("serial", "hardware", "facts.serial == 'S-1'"))),
            new Profiles(Set.of("base"), Map.of("web", Set.of("strict")), Map.of()),
            new ParameterValues(Map.of(), Map.of(), Map.of(), Map.of()));

    final FakeGraph graph = new FakeGraph();
    final Path folder;
    final EvidenceKey key;
    final Notary notary;
    Instant now = FakeGraph.T.plusSeconds(3_600);

    Site(Path folder) {
        this(folder, EvidenceKey.generate(new SecureRandom()));
    }

    Site(Path folder, EvidenceKey key) {
        this.folder = folder;
        this.key = key;
        notary = new Notary(
                graph,
                RULES,
                key,
                new Notary.Collector("muster.example.org", "0.1.0", "6c5e"),
                folder.resolve("evidence"),
                () -> now);
        graph.hosts.add(FakeGraph.host(FakeGraph.WEB_1, "web-1", "Debian 13", FindingCounts.NONE));
        graph.hosts.add(FakeGraph.host(DB_1, "db-1", "Debian 13", FindingCounts.NONE));
        report("settings", FactsStatus.OK, "{\"x\": 1}");
        report("hardware", FactsStatus.OK, "{\"vendor\": \"ACME\", \"serial\": \"S-1\"}");
        says("x-is-zero", "settings", Verdict.FAIL);
        says("not-long-ago", "settings", Verdict.PASS);
        says("vendor", "hardware", Verdict.PASS);
        says("serial", "hardware", Verdict.PASS);
    }

    private static String rule(String id, String type, String check) {
        return """
                - id: %s
                  type: %s
                  title: A title
                  category: security
                  severity: medium
                  when: "true"
                  check: "%s"
                  missing: na
                  why: Because.
                  fix: Do it.
                  refs: [A 1]
                  profile: base
                """.formatted(id, type, check);
    }

    void report(String type, FactsStatus status, String json) {
        ObjectNode data = json(json);
        String hash = FactsHash.of(
                        1,
                        dev.muster.protocol.message.FactsStatus.ofWireName(status.word()),
                        List.of(),
                        List.of(),
                        CanonicalJson.parse(json.getBytes(StandardCharsets.UTF_8)))
                .hex();
        put(type, status, data, hash);
    }

    void put(String type, FactsStatus status, ObjectNode data, String hash) {
        var facts = new Facts(
                InstanceKey.unnamed(type),
                1,
                status,
                List.of(),
                List.of(),
                List.of(),
                data,
                FakeGraph.T,
                Duration.ofMillis(5),
                hash);
        graph.facts.removeIf(stored -> stored.facts().key().type().equals(type));
        var run = new LastRun(FakeGraph.T, Optional.empty(), Optional.empty());
        graph.facts.add(new StoredFacts(facts, FakeGraph.T, FakeGraph.T, data.toString(), Optional.of(run)));
    }

    void says(String rule, String type, Verdict verdict) {
        says(rule, type, verdict, Optional.empty());
    }

    void says(String rule, String type, Verdict verdict, Optional<Instant> unknownSince) {
        graph.verdicts.removeIf(said -> said.rule().equals(rule));
        graph.verdicts.add(new StandingVerdict(
                rule, InstanceKey.unnamed(type), verdict, FakeGraph.T, unknownSince, Optional.empty()));
    }

    byte[] bundle() throws EvidenceException, IOException {
        var out = new ByteArrayOutputStream();
        notary.bundle(host -> host.name().equals("web-1"), out);
        return out.toByteArray();
    }

    Report check(byte[] bundle) throws IOException {
        return check(bundle, BundleCheck.Expectation.NONE);
    }

    Report check(byte[] bundle, BundleCheck.Expectation expected) throws IOException {
        Path file = Files.createTempFile(folder, "bundle", ".tar");
        return BundleCheck.of(Files.write(file, bundle), expected);
    }

    static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    String host(byte[] bundle) throws Exception {
        byte[] part = parts(bundle).getOrDefault(HOST_PART, new byte[0]);
        return new String(BundleFormat.unpack(part), StandardCharsets.UTF_8);
    }

    Report withHost(String json) throws Exception {
        byte[] content = gzip(json.getBytes(StandardCharsets.UTF_8));
        return check(resigned(parts(bundle()), HOST_PART, content));
    }

    BundleFile file(byte[] bundle) throws IOException {
        Path file = Files.write(Files.createTempFile(folder, "read", ".tar"), bundle);
        return BundleFile.open(file, problem -> {
            throw new AssertionError(problem);
        });
    }

    Map<String, byte[]> parts(byte[] bundle) throws Exception {
        var parts = new LinkedHashMap<String, byte[]>();
        try (BundleFile file = file(bundle)) {
            for (BundleFile.Part part : file.parts()) {
                parts.put(part.name(), file.content(part, BundleFormat.MAX_PART_BYTES));
            }
        }
        return parts;
    }

    static byte[] tar(Map<String, byte[]> parts) throws IOException {
        var out = new ByteArrayOutputStream();
        for (var part : parts.entrySet()) {
            Tar.write(out, part.getKey(), part.getValue());
        }
        Tar.finish(out);
        return out.toByteArray();
    }

    /** With another content of a part, by somebody who has the key. */
    byte[] resigned(Map<String, byte[]> parts, String name, byte[] content) throws Exception {
        parts.put(name, content);
        return resigned(
                parts,
                manifest -> manifest.path("parts").forEach(entry -> {
                    if (entry.path("name").asText().equals(name)) {
                        ((ObjectNode) entry).put("bytes", content.length).put("sha256", Hashes.of(content));
                    }
                }));
    }

    byte[] resigned(Map<String, byte[]> parts, Consumer<ObjectNode> change) throws Exception {
        ObjectNode manifest = (ObjectNode) Json.MAPPER.readTree(parts.get("manifest.json"));
        change.accept(manifest);
        byte[] bytes = manifest.toString().getBytes(StandardCharsets.UTF_8);
        parts.put("manifest.json", bytes);
        parts.put("manifest.sig", key.sign(bytes));
        return tar(parts);
    }

    static byte[] gzip(byte[] content) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }
}
