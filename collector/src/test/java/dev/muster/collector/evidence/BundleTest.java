package dev.muster.collector.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.api.FakeGraph;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Waiver;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BundleTest {
    private static final String HOST_PART = "hosts/" + FakeGraph.WEB_1 + ".json.gz";

    @TempDir
    private Path folder;

    private Site site;

    @BeforeEach
    void makeSite() {
        site = new Site(folder);
    }

    @Test
    void whatWasSignedHolds() throws Exception {
        Report report = site.check(site.bundle(), pinned());

        assertThat(report.problems()).isEmpty();
        assertThat(report.holds()).isTrue();
        assertThat(report.signed().orElseThrow().key().fingerprint())
                .isEqualTo(site.key.verifying().fingerprint())
                .matches("[0-9a-f]{4}(-[0-9a-f]{4}){7}");
        assertThat(report.chain().orElseThrow().hosts()).isEqualTo(2);
        assertThat(report.toJson().toString())
                .contains("\"hosts\":1,\"rules\":4,\"waivers\":0,\"facts\":2,\"facts_masked\":1")
                .contains("\"verdicts\":4,\"judged_again\":3,\"not_judged_again\":1");
    }

    /** Whoever reads the bundle of one host reads neither secrets nor the other host's facts. */
    @Test
    void secretsAndOtherHostsAreNotInIt() throws Exception {
        Map<String, byte[]> parts = parts(site.bundle());

        String host =
                new String(BundleFormat.unpack(parts.getOrDefault(HOST_PART, new byte[0])), StandardCharsets.UTF_8);
        assertThat(host).contains("ACME", "(secret)").doesNotContain("S-1");
        assertThat(parts.keySet())
                .containsExactly(
                        "rules.json.gz",
                        HOST_PART,
                        "waivers.json.gz",
                        "leaves.gz",
                        "checkpoints.gz",
                        "manifest.json",
                        "manifest.sig");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rules.json.gz",
                "waivers.json.gz",
                "hosts/",
                "leaves.gz",
                "checkpoints.gz",
                "manifest.json",
                "manifest.sig"
            })
    void eachByteThatIsAnotherIsNoticedAndItsPartNamed(String part) throws Exception {
        byte[] bundle = site.bundle();
        BundleFile.Part where = file(bundle).parts().stream()
                .filter(each -> each.name().startsWith(part))
                .findFirst()
                .orElseThrow();
        long end = where.offset() + where.size();

        for (long at : List.of(where.offset(), where.offset() + where.size() / 2, end - 1)) {
            assertThat(site.check(changed(bundle, at)).problems())
                    .as("content, byte %d", at)
                    .anyMatch(problem -> problem.contains(where.name()) || problem.contains("manifest.json"));
        }
        for (long at : List.of(where.offset() - 512, where.offset() - 388, where.offset() - 1)) {
            assertThat(site.check(changed(bundle, at)).holds())
                    .as("header, byte %d", at)
                    .isFalse();
        }
        if (Tar.padding(where.size()) > 0) {
            assertThat(site.check(changed(bundle, end)).problems())
                    .anyMatch(problem -> problem.contains("what follows part " + where.name()));
        }
    }

    @Test
    void theEndOfTheFileIsLookedAtToo() throws Exception {
        byte[] bundle = site.bundle();

        assertThat(site.check(changed(bundle, bundle.length - 1)).holds()).isFalse();
        assertThat(site.check(Arrays.copyOf(bundle, bundle.length + 1)).holds()).isFalse();
        for (int length = 0; length < bundle.length; length += 512) {
            Report report = site.check(Arrays.copyOf(bundle, length));
            assertThat(report.holds()).as("cut at %d", length).isFalse();
        }
    }

    @Test
    void partsThatAreMissingOrWereAddedAreNamed() throws Exception {
        Map<String, byte[]> without = parts(site.bundle());
        without.remove(HOST_PART);
        Map<String, byte[]> more = parts(site.bundle());
        more.put("hosts/more.json.gz", new byte[] {1});

        assertThat(site.check(tar(without)).problems())
                .containsExactly("part " + HOST_PART + " is missing", "there is no host in it: it says nothing of any");
        assertThat(site.check(tar(more)).problems())
                .singleElement()
                .asString()
                .contains("hosts/more.json.gz")
                .contains("not in the manifest");
    }

    /** Who changes a verdict has to sign anew, and has not the key. A stranger's rules are not run. */
    @Test
    void anotherSignerIsNamedWhereTheKeyIsPinned() throws Exception {
        var forger =
                new Site(Files.createDirectory(folder.resolve("forger")), EvidenceKey.generate(new SecureRandom()));
        forger.says("x-is-zero", "settings", Verdict.PASS);

        Report report = site.check(forger.bundle(), pinned());

        assertThat(report.holds()).isFalse();
        assertThat(report.problems())
                .containsExactly("it was signed by " + forger.key.verifying().fingerprint() + ", not by "
                        + site.key.verifying().fingerprint() + ": nothing more was looked at");
    }

    @Test
    void aVerdictThatItsOwnRulesDoNotSayIsNamed() throws Exception {
        site.says("x-is-zero", "settings", Verdict.PASS);
        site.says("gone", "settings", Verdict.PASS);
        site.graph.verdicts.removeIf(said -> said.rule().equals("vendor"));

        assertThat(site.check(site.bundle()).problems())
                .containsExactly(
                        "web-1: vendor says pass, and the bundle nothing",
                        "web-1: x-is-zero says fail, and the bundle pass",
                        "web-1: has a verdict of gone, and no rule in force that says it");
    }

    @Test
    void factsThatAreNotThoseWhichTheAgentHashedAreNamed() throws Exception {
        site.put("settings", FactsStatus.OK, Site.json("{\"x\": 1}"), "ab".repeat(32));

        assertThat(site.check(site.bundle()).problems())
                .singleElement()
                .asString()
                .startsWith("web-1: the facts of settings do not have the hash abab");
    }

    @Test
    void waiversCountWhereTheyAreInForce() throws Exception {
        site.says("x-is-zero", "settings", Verdict.WAIVED);
        assertThat(site.check(site.bundle()).problems())
                .containsExactly("web-1: x-is-zero says fail, and the bundle waived");

        var scope = new Waiver.Scope(Optional.of("web-*"), Optional.empty(), Optional.empty());
        site.graph.waivers.add(new Waiver(
                "w1", "x-*", scope, "a lab machine", "eve", FakeGraph.T, site.now.plusSeconds(1), Optional.empty()));
        assertThat(site.check(site.bundle()).holds()).isTrue();

        site.now = site.now.plus(Duration.ofMinutes(11));
        assertThat(site.check(site.bundle()).problems())
                .containsExactly("web-1: x-is-zero says fail, and the bundle waived");
    }

    /** The collector carries out within seconds that a waiver begins or ends; meanwhile both verdicts are honest. */
    @Test
    void aMomentAfterAWaiverBeginsOrEndsEitherVerdictHolds() throws Exception {
        var scope = new Waiver.Scope(Optional.of("web-*"), Optional.empty(), Optional.empty());
        Instant later = site.now.plus(Duration.ofDays(1));
        var waiver = new Waiver("w1", "x-*", scope, "a lab machine", "eve", site.now, later, Optional.empty());
        site.graph.waivers.add(waiver);
        assertThat(site.check(site.bundle()).problems()).isEmpty();

        site.now = site.now.plus(Duration.ofHours(1));
        assertThat(site.check(site.bundle()).problems())
                .containsExactly("web-1: x-is-zero says waived, and the bundle fail");

        site.says("x-is-zero", "settings", Verdict.WAIVED);
        site.graph.waivers.set(0, waiver.end(site.now, "by hand"));
        site.now = site.now.plusSeconds(5);
        assertThat(site.check(site.bundle()).problems()).isEmpty();

        site.now = site.now.plus(Duration.ofMinutes(10));
        assertThat(site.check(site.bundle()).problems())
                .containsExactly("web-1: x-is-zero says fail, and the bundle waived");
    }

    @Test
    void whatIsUnknownHoldsWhereNothingCanBeSaid() throws Exception {
        site.report("settings", FactsStatus.DENIED, "{\"x\": 0}");
        assertThat(site.check(site.bundle()).problems())
                .anyMatch(problem -> problem.startsWith("web-1: x-is-zero says unknown, and the bundle fail"));

        site.says("x-is-zero", "settings", Verdict.FAIL, Optional.of(FakeGraph.T));
        site.says("not-long-ago", "settings", Verdict.PASS, Optional.of(FakeGraph.T));
        assertThat(site.check(site.bundle()).holds()).isTrue();
    }

    /** Rules that read the date are judged anew ten minutes after midnight, and not on all hosts at once. */
    @Test
    void anHourAfterMidnightTheVerdictsOfTheDayBeforeAreNoDifference() throws Exception {
        site.now = Instant.parse("2026-11-21T00:05:00Z");
        assertThat(site.check(site.bundle()).holds()).isTrue();

        site.now = Instant.parse("2026-11-21T01:00:00Z");
        assertThat(site.check(site.bundle()).problems())
                .containsExactly("web-1: not-long-ago says fail, and the bundle pass");
    }

    /** A bundle has the time at which it was begun. */
    @Test
    void anHourBeforeMidnightTheVerdictsOfTheNextDayAreNoDifference() throws Exception {
        site.says("not-long-ago", "settings", Verdict.FAIL);
        site.now = Instant.parse("2026-11-20T23:59:58Z");
        assertThat(site.check(site.bundle()).problems()).isEmpty();

        site.now = Instant.parse("2026-11-20T22:59:58Z");
        assertThat(site.check(site.bundle()).problems())
                .containsExactly("web-1: not-long-ago says pass, and the bundle fail");
    }

    /** Of what is masked the agent's hash is not looked at, so that anybody who signs would write so of anything. */
    @Test
    void whatIsSaidToBeMaskedAndIsNotIsNamed() throws Exception {
        String host = host(site.bundle());
        String settings = host.replace("\"masked\":false", "\"masked\":true");
        String invented = host.replace("\"serial\":\"(secret)\"", "\"vendor2\":\"(secret)\"");
        String changed = host.replace("ACME", "EMCA");

        assertThat(List.of(settings, invented, changed)).doesNotContain(host);
        assertThat(withHost(settings).problems())
                .contains("part " + HOST_PART + " is not what the checkpoint is over")
                .anyMatch(problem -> problem.startsWith("web-1: the facts of settings are said to be masked"));
        assertThat(withHost(invented).problems())
                .anyMatch(problem -> problem.startsWith("web-1: the facts of hardware are said to be masked"));
        assertThat(withHost(changed).problems()).contains("part " + HOST_PART + " is not what the checkpoint is over");
    }

    private String host(byte[] bundle) throws Exception {
        byte[] part = parts(bundle).getOrDefault(HOST_PART, new byte[0]);
        return new String(BundleFormat.unpack(part), StandardCharsets.UTF_8);
    }

    private Report withHost(String json) throws Exception {
        byte[] content = gzip(json.getBytes(StandardCharsets.UTF_8));
        return site.check(resigned(parts(site.bundle()), HOST_PART, content));
    }

    @Test
    void aHostIsTheSameInACheckpointWhetherItsFactsWereReadOrNot() throws Exception {
        site.bundle();
        site.notary.checkpoint();

        List<String> lines = Files.readAllLines(folder.resolve("evidence/checkpoints"));
        assertThat(Checkpoint.Line.of(lines.get(1)).checkpoint().root())
                .isEqualTo(Checkpoint.Line.of(lines.get(0)).checkpoint().root());
    }

    @Test
    void aTimeOrRulesThatAreNotThoseOfTheLastCheckpointAreNamed() throws Exception {
        for (String wrong : List.of("created", "rule_set")) {
            byte[] bundle = resigned(
                    parts(site.bundle()),
                    manifest -> manifest.put(
                            wrong, site.now.minus(Duration.ofDays(400)).toString()));
            assertThat(site.check(bundle).problems())
                    .anyMatch(problem -> problem.startsWith("the last checkpoint is of another time, other rules"));
        }
    }

    @Test
    void aBundleOfNoHostSaysNothing() throws Exception {
        var out = new ByteArrayOutputStream();
        site.notary.bundle(_ -> false, out);

        assertThat(site.check(out.toByteArray()).problems())
                .containsExactly("there is no host in it: it says nothing of any");
    }

    @Test
    void aTimeThatIsNoDayAndDataThatNoAgentHashesAreNamed() throws Exception {
        byte[] timeless = resigned(parts(site.bundle()), manifest -> manifest.put("created", Instant.MAX.toString()));
        assertThat(site.check(timeless).holds()).isFalse();

        assertThat(withHost(host(site.bundle()).replace("{\"x\":1}", "{\"x\":1.5}"))
                        .problems())
                .anyMatch(problem -> problem.startsWith("part " + HOST_PART + " cannot be used"));
    }

    /** Twelve megabytes of empty objects would be a gigabyte in memory. */
    @Test
    void aPartOfTooManyValuesIsNotRead() throws Exception {
        byte[] bomb = gzip(("[" + "{},".repeat(2_000_000) + "{}]").getBytes(StandardCharsets.UTF_8));

        assertThat(site.check(resigned(parts(site.bundle()), HOST_PART, bomb)).problems())
                .anyMatch(problem -> problem.startsWith("part " + HOST_PART + " cannot be used: Token count"));
    }

    @Test
    void whereMemoryEndsNothingIsSaidOfTheEvidence() throws Exception {
        byte[] large = gzip(("[" + "{},".repeat(1_900_000) + "{}]").getBytes(StandardCharsets.UTF_8));
        Path file = Files.write(folder.resolve("large.tar"), resigned(parts(site.bundle()), BundleFormat.RULES, large));
        Process small = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx48m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.muster.collector.cli.Muster",
                        "evidence",
                        "verify",
                        file.toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(small.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("not enough memory")
                .doesNotContain("does not hold");
        assertThat(small.waitFor()).isEqualTo(71);
    }

    @Test
    void asManyPartsAsAreWrittenAreRead() throws Exception {
        var problems = new ArrayList<String>();
        for (int more : List.of(2, 3)) {
            Path file = folder.resolve("parts-" + more);
            try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
                for (int i = 0; i < BundleFormat.MAX_PARTS + more; i++) {
                    Tar.write(out, "p" + i, new byte[0]);
                }
                Tar.finish(out);
            }
            assertThat(problems).isEmpty();
            BundleFile.open(file, problems::add).close();
        }
        assertThat(problems).singleElement().asString().startsWith("there are more than 50000 parts");
    }

    @Test
    @Timeout(60)
    void aFileThatBecomesShorterWhileItIsReadIsAnError() throws Exception {
        Path file = Files.write(folder.resolve("short"), new byte[100]);
        try (FileChannel channel = FileChannel.open(file)) {
            assertThatThrownBy(() -> BundleFile.hash(channel, 50, 100)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void aFileThatWasWrittenSaysItsOwnCheckpoint() throws Exception {
        Path file = Files.write(folder.resolve("written.tar"), site.bundle());
        String own = site.notary.last().orElseThrow().hash();
        site.notary.checkpoint();

        BundleCheck.Written written = BundleCheck.written(file).orElseThrow();
        assertThat(written.checkpoint()).isEqualTo(own);
        assertThat(written.created()).isEqualTo(site.now);
        assertThat(written.key().fingerprint()).isEqualTo(site.key.verifying().fingerprint());
        Path half = Files.write(folder.resolve("half.tar"), Arrays.copyOf(site.bundle(), 5_000));
        assertThat(BundleCheck.written(half)).isEmpty();
    }

    /** Who reads slowly, or not at all, keeps nobody from the notary. */
    @Test
    void whoReadsABundleHoldsUpNobodyAndNothingStaysBehind() throws Exception {
        try (var others = Executors.newCachedThreadPool()) {
            site.notary.bundle(_ -> true, new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    write(new byte[] {(byte) one}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    try {
                        others.submit(site.notary::last).get(30, TimeUnit.SECONDS);
                        others.submit(site.notary::checkpoint).get(30, TimeUnit.SECONDS);
                    } catch (Exception e) {
                        throw new IOException(e);
                    }
                }
            });
        }
        assertThatThrownBy(() -> site.notary.bundle(_ -> true, new OutputStream() {
                    @Override
                    public void write(int one) throws IOException {
                        throw new IOException("closed by the other side");
                    }
                }))
                .hasMessage("closed by the other side");
        assertThat(folder.resolve("evidence")).isDirectoryContaining(each -> each.endsWith("checkpoints"));
        try (var files = Files.list(folder.resolve("evidence"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void checkpointsFollowEachOtherAndAnEarlierOneIsFoundAgain() throws Exception {
        Notary.Standing first = site.notary.checkpoint();
        site.now = site.now.plus(Duration.ofHours(1));
        byte[] bundle = site.bundle();

        Report report = site.check(bundle, new BundleCheck.Expectation(Optional.empty(), Optional.of(first.hash())));
        assertThat(report.holds()).isTrue();
        assertThat(report.chain().orElseThrow().length()).isEqualTo(2);
        assertThat(report.chain().orElseThrow().first()).isEqualTo(first.at());
        assertThat(site.notary.last().orElseThrow().hash())
                .isEqualTo(report.chain().orElseThrow().hash());

        assertThat(site.check(bundle, new BundleCheck.Expectation(Optional.empty(), Optional.of("00ff")))
                        .problems())
                .containsExactly("checkpoint 00ff is not in the chain");
    }

    @Test
    void aChainWithAPastThatWasChangedIsNotGoneOnWith() throws Exception {
        site.notary.checkpoint();
        site.notary.checkpoint();
        Path file = folder.resolve("evidence/checkpoints");
        List<String> lines = Files.readAllLines(file);

        // A part of a line, from a crash, is not taken for one.
        Files.writeString(file, "half a li", StandardOpenOption.APPEND);
        assertThat(site.notary.checkpoint().seq()).isEqualTo(3);
        assertThat(Files.readAllLines(file)).hasSize(3).startsWith(lines.toArray(String[]::new));

        Files.write(file, lines.subList(1, 2));
        assertThat(site.check(site.bundle()).problems()).contains("checkpoint 1 does not follow the one before it");

        var other = new Site(folder, EvidenceKey.generate(new SecureRandom()));
        assertThatThrownBy(other::bundle)
                .isInstanceOf(EvidenceException.class)
                .hasMessageContaining("signed by another key");
    }

    /** Signed by somebody, so that everything in it is looked at. */
    @ParameterizedTest
    @ValueSource(strings = {HOST, "rules.json.gz", "waivers.json.gz", "leaves.gz", "checkpoints.gz"})
    void aPartThatWouldFillMemoryIsNotUnpacked(String part) throws Exception {
        byte[] bomb = gzip(new byte[BundleFormat.MAX_PART_BYTES + 1]);

        Report report = site.check(resigned(parts(site.bundle()), name(part), bomb));

        assertThat(bomb).hasSizeLessThan(200_000);
        assertThat(report.problems()).anyMatch(problem -> problem.contains("it would become more than"));
    }

    private static final String HOST = "host";

    private static String name(String part) {
        return part.equals(HOST) ? HOST_PART : part;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DEEP",
                "[]",
                "{\"facts\": 1}",
                "{\"host\": \"web-1\", \"host\": \"db-1\"}",
                "no JSON",
                "{\"facts\": [{}]} more"
            })
    void aPartThatIsSomethingElseIsNamed(String json) throws Exception {
        String text = json.equals("DEEP") ? "[".repeat(100_000) : json;

        for (String part : List.of(HOST_PART, "rules.json.gz", "checkpoints.gz")) {
            Report report =
                    site.check(resigned(parts(site.bundle()), part, gzip(text.getBytes(StandardCharsets.UTF_8))));
            assertThat(report.holds()).as("%s in %s", json, part).isFalse();
        }
    }

    /** Nothing is ever written to where a name says. */
    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "/etc/passwd", "hosts/../x", "a\u0001b", ""})
    void namesLeadNowhere(String name) throws Exception {
        Map<String, byte[]> parts = parts(site.bundle());
        var hostile = new LinkedHashMap<String, byte[]>();
        hostile.put(name, new byte[600]);
        hostile.putAll(parts);

        assertThat(site.check(tar(hostile)).holds()).isFalse();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void bytesThatAreNoBundleAreNamedSo(long seed) throws Exception {
        byte[] noise = new byte[10_000];
        new Random(seed).nextBytes(noise);

        assertThat(site.check(noise).problems()).hasSize(2);
        assertThat(site.check(Tar.header("manifest.json", 077777777777L)).problems())
                .first()
                .asString()
                .contains("cut off");
    }

    @Test
    void keysAreReadAsTheyWereWrittenAndHalvesMustFit() throws Exception {
        EvidenceKey other = EvidenceKey.generate(new SecureRandom());
        String text = site.key.secretText();

        assertThat(EvidenceKey.parse(text).verifying().fingerprint())
                .isEqualTo(site.key.verifying().fingerprint());
        assertThatThrownBy(() -> EvidenceKey.parse(text.replace(
                        site.key.verifying().pem(), other.verifying().pem())))
                .isInstanceOf(EvidenceException.class)
                .hasMessageContaining("belong together");
        assertThatThrownBy(() -> VerifyingKey.ofPem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"))
                .isInstanceOf(EvidenceException.class);
    }

    private BundleCheck.Expectation pinned() {
        return new BundleCheck.Expectation(Optional.of(site.key.verifying().fingerprint()), Optional.empty());
    }

    private static byte[] changed(byte[] bundle, long at) {
        byte[] other = bundle.clone();
        other[(int) at] ^= 1;
        return other;
    }

    private BundleFile file(byte[] bundle) throws IOException {
        Path file = Files.write(Files.createTempFile(folder, "read", ".tar"), bundle);
        return BundleFile.open(file, problem -> {
            throw new AssertionError(problem);
        });
    }

    private Map<String, byte[]> parts(byte[] bundle) throws Exception {
        var parts = new LinkedHashMap<String, byte[]>();
        try (BundleFile file = file(bundle)) {
            for (BundleFile.Part part : file.parts()) {
                parts.put(part.name(), file.content(part, BundleFormat.MAX_PART_BYTES));
            }
        }
        return parts;
    }

    private static byte[] tar(Map<String, byte[]> parts) throws IOException {
        var out = new ByteArrayOutputStream();
        for (var part : parts.entrySet()) {
            Tar.write(out, part.getKey(), part.getValue());
        }
        Tar.finish(out);
        return out.toByteArray();
    }

    /** With another content of a part, by somebody who has the key. */
    private byte[] resigned(Map<String, byte[]> parts, String name, byte[] content) throws Exception {
        parts.put(name, content);
        return resigned(
                parts,
                manifest -> manifest.path("parts").forEach(entry -> {
                    if (entry.path("name").asText().equals(name)) {
                        ((ObjectNode) entry).put("bytes", content.length).put("sha256", Hashes.of(content));
                    }
                }));
    }

    private byte[] resigned(Map<String, byte[]> parts, Consumer<ObjectNode> change) throws Exception {
        ObjectNode manifest = (ObjectNode) Json.MAPPER.readTree(parts.get("manifest.json"));
        change.accept(manifest);
        byte[] bytes = manifest.toString().getBytes(StandardCharsets.UTF_8);
        parts.put("manifest.json", bytes);
        parts.put("manifest.sig", site.key.sign(bytes));
        return tar(parts);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    /** RFC 6962's tree: an odd leaf goes up as it is, and a leaf is never taken for a node. */
    @Test
    void eachLeafAndTheirOrderCountInTheRoot() {
        var roots = new ArrayList<String>();
        Function<List<String>, String> root = Hashes::root;
        List.of(
                        List.<String>of(),
                        List.of("a"),
                        List.of("a", "b"),
                        List.of("b", "a"),
                        List.of("a", "b", "c"),
                        List.of("a", "b", "c", "c"))
                .forEach(leaves -> roots.add(root.apply(leaves)));

        assertThat(roots).doesNotHaveDuplicates();
        // SHA-256 of nothing, and of a zero byte and "a".
        assertThat(roots.get(0)).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(roots.get(1)).isEqualTo(Hashes.of("\0a"));
    }
}
