package dev.muster.collector.evidence;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.graph.GraphReads.InstanceReport;
import dev.muster.collector.graph.GraphReads.StandingVerdict;
import dev.muster.collector.graph.GraphReads.StoredFacts;
import dev.muster.collector.graph.GraphReads.WaiverState;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.WaiverJson;
import dev.muster.collector.rules.Rulebook;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Signs what stands: a checkpoint over all hosts, and bundles for auditors. One at a time, from any thread; reads every host. */
public final class Notary {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** A host that changes more often than it can be read is taken as it is then. Implementation choice. */
    private static final int READ_AT_MOST = 5;

    private static final int BUFFER_BYTES = 1 << 16;

    private final GraphReads reads;
    private final Rulebook rules;
    private final EvidenceKey key;
    private final Collector collector;
    private final Checkpoints checkpoints;
    private final InstantSource clock;
    private final Path folder;

    /**
     * Who signs.
     *
     * @param fingerprint of the key by which agents know the collector
     */
    public record Collector(String name, String version, String fingerprint) {}

    /** @param folder where the checkpoints are kept */
    public Notary(
            GraphReads reads, Rulebook rules, EvidenceKey key, Collector collector, Path folder, InstantSource clock) {
        this.reads = reads;
        this.rules = rules;
        this.key = key;
        this.collector = collector;
        this.checkpoints = new Checkpoints(folder.resolve("checkpoints"), key);
        this.clock = clock;
        this.folder = folder;
    }

    /**
     * What a checkpoint is to be over.
     *
     * @param leaves of all hosts, by id
     */
    record Sum(Instant at, List<String> leaves, String ruleSet) {}

    /**
     * The last checkpoint.
     *
     * @param hash by which it is known
     */
    public record Standing(long seq, Instant at, String hash) {}

    public VerifyingKey key() {
        return key.verifying();
    }

    /** Empty before the first. Waits for nobody. */
    public Optional<Standing> last() throws EvidenceException {
        return checkpoints.last().map(Notary::standing);
    }

    /** Signs what stands now, so that it can be shown later since when. */
    public synchronized Standing checkpoint() throws EvidenceException {
        return standing(checkpoints.add(sum(_ -> false)));
    }

    private static Standing standing(Checkpoint.Line line) {
        return new Standing(line.checkpoint().seq(), line.checkpoint().at(), line.hash());
    }

    /**
     * Writes a bundle of some hosts, over a new checkpoint of all. It is on disk, whole, before {@code out} sees a byte of it: who reads slowly
     * holds up nobody.
     *
     * @throws IOException where {@code out} fails, or the folder is full
     */
    public void bundle(Predicate<Host> wanted, OutputStream out) throws EvidenceException, IOException {
        try (FileChannel file = unnamed()) {
            // Neither stream is closed: that closes the channel, with which the file goes.
            OutputStream written = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER_BYTES);
            write(wanted, written);
            written.flush();
            file.position(0);
            Channels.newInputStream(file).transferTo(out);
            out.flush();
        }
    }

    /** A file that is gone when it is closed, and when the process is killed. */
    private FileChannel unnamed() throws IOException {
        Files.createDirectories(folder);
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path file = Files.createTempFile(folder, "bundle-", ".tmp", mode);
        return FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    private synchronized void write(Predicate<Host> wanted, OutputStream out) throws EvidenceException, IOException {
        checkpoints.check();
        var bundle = new Bundle(out);
        ObjectNode book = rules.toJson();
        bundle.add(BundleFormat.RULES, packed(book.toString()));
        Sum sum = sum(
                wanted,
                (id, host) ->
                        bundle.add(BundleFormat.host(id), packed(host.toJson().toString())));
        bundle.add(BundleFormat.WAIVERS, packed(waivers(sum.at()).toString()));
        Checkpoint.Line checkpoint = checkpoints.add(sum);
        bundle.add(BundleFormat.LEAVES, packed(String.join("\n", sum.leaves())));
        bundle.add(BundleFormat.CHECKPOINTS, packed(checkpoints.text()));
        bundle.sign(sum, checkpoint);
    }

    /** Those in force and those that were a moment ago: read after the hosts, whose verdicts follow a waiver some seconds late. */
    private ArrayNode waivers(Instant at) {
        ArrayNode waivers = JSON.arrayNode();
        reads.waivers(WaiverState.ANY).stream()
                .filter(waiver ->
                        waiver.ended().isEmpty() || !waiver.ended().get().at().isBefore(at.minus(Rejudging.SETTLED_BY)))
                .forEach(waiver -> waivers.add(WaiverJson.write(waiver)));
        return waivers;
    }

    private static byte[] packed(String text) throws EvidenceException {
        return BundleFormat.pack(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What is to be done with a host that was read whole. */
    private interface Taker {
        void take(HostId id, HostEvidence host) throws EvidenceException, IOException;
    }

    private Sum sum(Predicate<Host> whole) throws EvidenceException {
        try {
            return sum(whole, (_, _) -> {});
        } catch (IOException e) {
            throw new EvidenceException("nothing is written here", e);
        }
    }

    private Sum sum(Predicate<Host> whole, Taker taker) throws EvidenceException, IOException {
        Instant at = clock.instant();
        Map<HostId, Marks> marks = reads.marks();
        List<String> leaves = new ArrayList<>();
        List<Host> hosts = reads.hosts().stream()
                .filter(host -> host.status() != HostStatus.RETIRED)
                .sorted(Comparator.comparing(host -> host.id().toString()))
                .toList();
        for (Host host : hosts) {
            Marks of = marks.getOrDefault(host.id(), Marks.NONE);
            if (whole.test(host)) {
                HostEvidence read = read(host, of);
                taker.take(host.id(), read);
                leaves.add(read.leaf());
            } else {
                leaves.add(leaf(host, of));
            }
        }
        return new Sum(at, leaves, rules.set().hash());
    }

    private String leaf(Host host, Marks marks) {
        Collection<InstanceReport> reports = reads.instances(host.id());
        var masked = new HashMap<InstanceKey, HostEvidence.Reported>();
        for (InstanceReport report : reports) {
            if (rules.holdsSecrets(report.key().type())) {
                reads.facts(host.id(), report.key()).map(this::masked).ifPresent(one -> masked.put(report.key(), one));
            }
        }
        return HostEvidence.leaf(host.id(), host.name(), marks, reports, masked, reads.verdicts(host.id()));
    }

    /** Facts and verdicts of one state: they are read one by one, and read again where something changed meanwhile. */
    private HostEvidence read(Host host, Marks marks) {
        HostEvidence read = readOnce(host, marks);
        for (int i = 1; i < READ_AT_MOST && !stands(host, read); i++) {
            read = readOnce(host, marks);
        }
        return read;
    }

    private HostEvidence readOnce(Host host, Marks marks) {
        List<StandingVerdict> verdicts = reads.verdicts(host.id());
        List<HostEvidence.Reported> facts = new ArrayList<>();
        for (InstanceReport report : reads.instances(host.id())) {
            reads.facts(host.id(), report.key()).map(this::masked).ifPresent(facts::add);
        }
        return new HostEvidence(host.id(), host.name(), marks, facts, verdicts);
    }

    private boolean stands(Host host, HostEvidence read) {
        List<String> before =
                read.facts().stream().map(one -> one.facts().hash()).toList();
        List<String> now =
                reads.instances(host.id()).stream().map(InstanceReport::hash).toList();
        return before.equals(now) && reads.verdicts(host.id()).equals(read.verdicts());
    }

    private HostEvidence.Reported masked(StoredFacts stored) {
        Facts facts = stored.facts();
        ObjectNode data = rules.masked(facts.key().type(), facts.data());
        if (data.equals(facts.data())) {
            return new HostEvidence.Reported(facts, stored.since(), HostEvidence.Secrecy.WHOLE);
        }
        var masked = new Facts(
                facts.key(),
                facts.schema(),
                facts.status(),
                facts.denied(),
                facts.errors(),
                facts.truncated(),
                data,
                facts.observedAt(),
                facts.took(),
                facts.hash());
        return new HostEvidence.Reported(masked, stored.since(), HostEvidence.Secrecy.MASKED);
    }

    /** A bundle while it is written. */
    private final class Bundle {
        private final OutputStream out;
        private final ArrayNode parts = JSON.arrayNode();

        Bundle(OutputStream out) {
            this.out = out;
        }

        void add(String name, byte[] content) throws EvidenceException, IOException {
            if (parts.size() == BundleFormat.MAX_PARTS) {
                throw new EvidenceException(
                        "a bundle holds at most " + BundleFormat.MAX_PARTS + " parts: name fewer hosts");
            }
            Tar.write(out, name, content);
            parts.addObject().put("name", name).put("bytes", content.length).put("sha256", Hashes.of(content));
        }

        void sign(Sum sum, Checkpoint.Line checkpoint) throws IOException {
            ObjectNode manifest = JSON.objectNode()
                    .put("format", BundleFormat.FORMAT)
                    .put("created", sum.at().toString())
                    .put("public_key", key.verifying().pem());
            manifest.putObject("collector")
                    .put("name", collector.name())
                    .put("version", collector.version())
                    .put("key", collector.fingerprint());
            manifest.put("rule_set", sum.ruleSet()).put("checkpoint", checkpoint.hash());
            manifest.set("parts", parts);
            byte[] bytes = (manifest.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
            Tar.write(out, BundleFormat.MANIFEST, bytes);
            Tar.write(out, BundleFormat.SIGNATURE, key.sign(bytes));
            Tar.finish(out);
            out.flush();
        }
    }
}
