package dev.muster.collector.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Waiver;
import dev.muster.collector.model.WaiverJson;
import dev.muster.collector.rules.Rulebook;
import dev.muster.protocol.message.MalformedMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks whether a bundle is what a collector signed, and whether its rules say of its facts what it says they do. Needs no collector, writes
 * nothing, and takes any file: what it costs is bounded by the file's size and by the bounds of each part.
 */
public final class BundleCheck {
    private static final int MAX_PROBLEMS = 1_000;

    private final Expectation expected;
    private final List<String> problems = new ArrayList<>();
    private int unsaid;
    private final Report.Numbers numbers = new Report.Numbers();
    private Optional<Report.Signed> signed = Optional.empty();
    private Optional<Report.Chain> chain = Optional.empty();

    /**
     * What the auditor knows from elsewhere.
     *
     * @param fingerprint of the key that must have signed
     * @param checkpoint the hash of one that must be in the chain, from an earlier bundle
     */
    public record Expectation(Optional<String> fingerprint, Optional<String> checkpoint) {
        public static final Expectation NONE = new Expectation(Optional.empty(), Optional.empty());
    }

    private BundleCheck(Expectation expected) {
        this.expected = expected;
    }

    /**
     * Checks a file; takes seconds, to compile its rules.
     *
     * @throws IOException where the file cannot be read
     */
    public static Report of(Path file, Expectation expected) throws IOException {
        var check = new BundleCheck(expected);
        try (BundleFile bundle = BundleFile.open(file, check::problem)) {
            check.check(bundle);
        }
        return new Report(check.signed, check.chain, check.numbers, check.problems, check.unsaid);
    }

    /**
     * What a bundle says of itself.
     *
     * @param key that it names; whether that one signed is not looked at
     * @param checkpoint the hash of its last one
     */
    public record Written(VerifyingKey key, Instant created, String checkpoint) {}

    /**
     * Reads it of a file just written; empty where that is no bundle from end to end.
     *
     * @throws IOException where the file cannot be read
     */
    public static Optional<Written> written(Path file) throws IOException {
        List<String> problems = new ArrayList<>();
        try (BundleFile bundle = BundleFile.open(file, problems::add)) {
            Optional<BundleFile.Part> part = bundle.part(BundleFormat.MANIFEST);
            if (!problems.isEmpty()
                    || part.isEmpty()
                    || bundle.part(BundleFormat.SIGNATURE).isEmpty()) {
                return Optional.empty();
            }
            JsonNode manifest = Json.MAPPER.readTree(bundle.content(part.get(), BundleFormat.MAX_MANIFEST_BYTES));
            return Optional.of(new Written(
                    VerifyingKey.ofPem(manifest.path("public_key").asText()),
                    Instant.parse(manifest.path("created").asText()),
                    manifest.path("checkpoint").asText()));
        } catch (JsonProcessingException | EvidenceException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private void problem(String text) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(text);
        } else {
            unsaid++;
        }
    }

    private void check(BundleFile bundle) throws IOException {
        Optional<JsonNode> manifest = manifest(bundle);
        if (manifest.isEmpty()) {
            return;
        }
        Map<String, BundleFile.Part> whole = whole(bundle, manifest.get().path("parts"));
        if (signed.isEmpty()) {
            problem("since the signature is wrong, nothing was judged again");
            return;
        }
        try {
            new Contents(bundle, whole, manifest.get()).check();
        } catch (IllegalArgumentException | DateTimeException e) {
            problem("the manifest is not as it should be: " + e.getMessage());
        }
    }

    /** The signed list of parts; empty where there is none that can be read. */
    private Optional<JsonNode> manifest(BundleFile bundle) throws IOException {
        Optional<BundleFile.Part> part = bundle.part(BundleFormat.MANIFEST);
        Optional<BundleFile.Part> signature = bundle.part(BundleFormat.SIGNATURE);
        if (part.isEmpty() || signature.isEmpty()) {
            problem("there is no " + (part.isEmpty() ? BundleFormat.MANIFEST : BundleFormat.SIGNATURE)
                    + ": this is no bundle, or not all of one");
            return Optional.empty();
        }
        try {
            byte[] bytes = bundle.content(part.get(), BundleFormat.MAX_MANIFEST_BYTES);
            JsonNode manifest = Json.MAPPER.readTree(bytes);
            if (!manifest.path("format").asText().equals(BundleFormat.FORMAT)) {
                problem("part " + BundleFormat.MANIFEST + " is not of the format " + BundleFormat.FORMAT);
                return Optional.empty();
            }
            VerifyingKey key = VerifyingKey.ofPem(manifest.path("public_key").asText());
            boolean isPinned = expected.fingerprint().isPresent();
            if (isPinned && !expected.fingerprint().get().equals(key.fingerprint())) {
                problem("it was signed by " + key.fingerprint() + ", not by "
                        + expected.fingerprint().get() + ": nothing more was looked at");
                return Optional.empty();
            }
            if (key.signed(bytes, bundle.content(signature.get(), BundleFormat.MAX_MANIFEST_BYTES))) {
                signed = Optional.of(Report.Signed.of(key, manifest));
            } else {
                problem("the signature of " + BundleFormat.MANIFEST + " is wrong: it, or the signature, was changed");
            }
            return Optional.of(manifest);
        } catch (EvidenceException | IOException | IllegalArgumentException | DateTimeException e) {
            problem("part " + BundleFormat.MANIFEST + " cannot be used: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Those that are as the manifest says, by name. */
    private Map<String, BundleFile.Part> whole(BundleFile bundle, JsonNode listed) {
        var whole = new HashMap<String, BundleFile.Part>();
        Set<String> known = new HashSet<>(Set.of(BundleFormat.MANIFEST, BundleFormat.SIGNATURE));
        for (JsonNode entry : listed) {
            String name = entry.path("name").asText();
            if (!known.add(name)) {
                problem("the manifest lists part " + name + " twice");
            }
            Optional<BundleFile.Part> part = bundle.part(name);
            if (part.isEmpty()) {
                problem("part " + name + " is missing");
            } else if (part.get().size() != entry.path("bytes").asLong()
                    || !part.get().sha256().equals(entry.path("sha256").asText())) {
                problem("part " + name + " was changed, somewhere in the "
                        + part.get().size() + " bytes from byte " + part.get().offset() + " on");
            } else {
                whole.put(name, part.get());
            }
        }
        for (BundleFile.Part part : bundle.parts()) {
            if (!known.contains(part.name())) {
                problem("part " + part.name() + " at byte " + part.offset() + " is not in the manifest");
            }
        }
        return whole;
    }

    /** What the parts say that are whole, of a bundle whose signature is right. */
    private final class Contents {
        private final BundleFile bundle;
        private final Map<String, BundleFile.Part> parts;
        private final JsonNode manifest;

        Contents(BundleFile bundle, Map<String, BundleFile.Part> parts, JsonNode manifest) {
            this.bundle = bundle;
            this.parts = parts;
            this.manifest = manifest;
        }

        void check() throws IOException {
            Map<String, String> leaves = new HashMap<>();
            List<String> lines = text(BundleFormat.LEAVES).lines().toList();
            lines.forEach(line -> leaves.put(line.split(" ", 2)[0], line));
            checkChain(lines);
            Optional<Rulebook> rules = rules();
            if (rules.isEmpty()) {
                problem("without its rules nothing was judged again");
            }
            Instant at = Instant.parse(manifest.required("created").asText());
            Optional<Rejudging> rejudging = rules.map(book -> new Rejudging(book, waivers(), at, numbers));
            for (String name : parts.keySet().stream().sorted().toList()) {
                if (BundleFormat.isHost(name)) {
                    checkHost(name, leaves, rules, rejudging);
                }
            }
            if (numbers.hosts == 0) {
                problem("there is no host in it: it says nothing of any");
            }
        }

        private void checkHost(
                String name, Map<String, String> leaves, Optional<Rulebook> rules, Optional<Rejudging> rejudging)
                throws IOException {
            try {
                HostEvidence host = HostEvidence.of(Json.MAPPER.readTree(unpacked(name)));
                numbers.hosts++;
                if (!name.equals(BundleFormat.host(host.id()))) {
                    problem("part " + name + " is of another host, " + host.id());
                }
                if (!host.leaf().equals(leaves.get(host.id().toString()))) {
                    problem("part " + name + " is not what the checkpoint is over");
                }
                FactsHashes.check(host, rules, numbers, problem -> problem(host.name() + ": " + problem));
                rejudging.ifPresent(judge -> judge.check(host, problem -> problem(host.name() + ": " + problem)));
            } catch (EvidenceException
                    | IOException
                    | IllegalArgumentException
                    | DateTimeException
                    | MalformedMessage e) {
                problem("part " + name + " cannot be used: " + e.getMessage());
            }
        }

        /** Each line signed, tied to the one before; the last one over the hosts of this bundle. */
        private void checkChain(List<String> leaves) throws IOException {
            String before = "";
            long seq = 0;
            boolean isExpectedThere = expected.checkpoint().isEmpty();
            Optional<Checkpoint.Line> first = Optional.empty();
            Optional<Checkpoint.Line> last = Optional.empty();
            VerifyingKey key = signed.orElseThrow().key();
            for (String text : text(BundleFormat.CHECKPOINTS).lines().toList()) {
                seq++;
                try {
                    Checkpoint.Line line = Checkpoint.Line.of(text);
                    if (!line.signedBy(key)) {
                        problem("checkpoint " + seq + " has a wrong signature");
                    }
                    if (line.checkpoint().seq() != seq
                            || !line.checkpoint().previous().equals(before)) {
                        problem("checkpoint " + seq + " does not follow the one before it");
                    }
                    isExpectedThere |= expected.checkpoint().equals(Optional.of(line.hash()));
                    first = first.or(() -> Optional.of(line));
                    last = Optional.of(line);
                    before = line.hash();
                } catch (EvidenceException e) {
                    problem("checkpoint " + seq + ": " + e.getMessage());
                    before = Hashes.of(text);
                }
            }
            if (!isExpectedThere) {
                problem("checkpoint " + expected.checkpoint().orElseThrow() + " is not in the chain");
            }
            if (last.isEmpty() || !before.equals(manifest.path("checkpoint").asText())) {
                problem("the last checkpoint is not the one that the manifest names");
            } else if (!last.get().checkpoint().root().equals(Hashes.root(leaves))) {
                problem("the last checkpoint is over other hosts than the bundle says");
            } else if (!isOf(last.get().checkpoint(), leaves.size())) {
                problem(
                        "the last checkpoint is of another time, other rules or so many other hosts than the bundle says");
            } else {
                chain = Optional.of(new Report.Chain(
                        seq,
                        before,
                        first.orElseThrow().checkpoint().at(),
                        last.get().checkpoint().at(),
                        leaves.size()));
            }
        }

        private boolean isOf(Checkpoint last, int hosts) {
            return last.at().equals(Instant.parse(manifest.required("created").asText()))
                    && last.hosts() == hosts
                    && last.ruleSet().equals(manifest.path("rule_set").asText());
        }

        private Optional<Rulebook> rules() throws IOException {
            try {
                Rulebook book = Rulebook.of(Json.MAPPER.readTree(unpacked(BundleFormat.RULES)));
                numbers.rules = book.set().rules().size();
                if (!book.set().hash().equals(manifest.path("rule_set").asText())) {
                    problem("its rules make the set " + book.set().hash() + ", not "
                            + manifest.path("rule_set").asText()
                            + ": this muster judges in another way than the collector's version did");
                }
                return Optional.of(book);
            } catch (EvidenceException | IOException | IllegalArgumentException e) {
                problem("part " + BundleFormat.RULES + " cannot be used: " + e.getMessage());
                return Optional.empty();
            }
        }

        private List<Waiver> waivers() {
            List<Waiver> waivers = new ArrayList<>();
            try {
                Json.MAPPER.readTree(unpacked(BundleFormat.WAIVERS)).forEach(one -> waivers.add(WaiverJson.read(one)));
            } catch (EvidenceException | IOException | IllegalArgumentException e) {
                problem("part " + BundleFormat.WAIVERS + " cannot be used: " + e.getMessage());
            }
            numbers.waivers = waivers.size();
            return waivers;
        }

        private String text(String name) throws IOException {
            try {
                return new String(unpacked(name), StandardCharsets.UTF_8);
            } catch (EvidenceException e) {
                problem("part " + name + " cannot be used: " + e.getMessage());
                return "";
            }
        }

        private byte[] unpacked(String name) throws EvidenceException, IOException {
            BundleFile.Part part = parts.get(name);
            if (part == null) {
                throw new EvidenceException("it is missing or was changed");
            }
            return BundleFormat.unpack(bundle.content(part, BundleFormat.MAX_PART_BYTES));
        }
    }
}
