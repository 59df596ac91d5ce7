package dev.muster.collector.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that somebody made who may have a key: nothing is believed, and nothing fills memory or ends in a stack trace. */
final class HostileBundleTest {
    private static final String HOST = "host";

    @TempDir
    private Path folder;

    private Site site;

    @BeforeEach
    void makeSite() {
        site = new Site(folder);
    }

    /** Of what is masked the agent's hash is not looked at, so that anybody who signs would write so of anything. */
    @Test
    void whatIsSaidToBeMaskedAndIsNotIsNamed() throws Exception {
        String host = site.host(site.bundle());
        String settings = host.replace("\"masked\":false", "\"masked\":true");
        String invented = host.replace("\"serial\":\"(secret)\"", "\"vendor2\":\"(secret)\"");
        String changed = host.replace("ACME", "EMCA");

        assertThat(List.of(settings, invented, changed)).doesNotContain(host);
        assertThat(site.withHost(settings).problems())
                .contains("part " + Site.HOST_PART + " is not what the checkpoint is over")
                .anyMatch(problem -> problem.startsWith("web-1: the facts of settings are said to be masked"));
        assertThat(site.withHost(invented).problems())
                .anyMatch(problem -> problem.startsWith("web-1: the facts of hardware are said to be masked"));
        assertThat(site.withHost(changed).problems())
                .contains("part " + Site.HOST_PART + " is not what the checkpoint is over");
    }

    @Test
    void aPartThatChangesWhileItIsReadIsRefused() throws Exception {
        Path file = Files.write(folder.resolve("changing"), site.bundle());
        try (BundleFile bundle =
                BundleFile.open(file, problem -> assertThat(problem).isEmpty())) {
            BundleFile.Part part = bundle.part(Site.HOST_PART).orElseThrow();
            assertThat(bundle.content(part, (int) part.size())).hasSize((int) part.size());
            byte[] changed = Files.readAllBytes(file);
            changed[(int) part.offset()]++;
            Files.write(file, changed);

            assertThatThrownBy(() -> bundle.content(part, (int) part.size()))
                    .hasMessage("it changed while it was read");
        }
    }

    @Test
    void aTimeOrRulesThatAreNotThoseOfTheLastCheckpointAreNamed() throws Exception {
        for (String wrong : List.of("created", "rule_set")) {
            byte[] bundle = site.resigned(
                    site.parts(site.bundle()),
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
        byte[] timeless =
                site.resigned(site.parts(site.bundle()), manifest -> manifest.put("created", Instant.MAX.toString()));
        assertThat(site.check(timeless).holds()).isFalse();

        assertThat(site.withHost(site.host(site.bundle()).replace("{\"x\":1}", "{\"x\":1.5}"))
                        .problems())
                .anyMatch(problem -> problem.startsWith("part " + Site.HOST_PART + " cannot be used"));
    }

    /** Twelve megabytes of empty objects would be a gigabyte in memory. */
    @Test
    void aPartOfTooManyValuesIsNotRead() throws Exception {
        byte[] bomb = Site.gzip(("[" + "{},".repeat(2_000_000) + "{}]").getBytes(StandardCharsets.UTF_8));

        assertThat(site.check(site.resigned(site.parts(site.bundle()), Site.HOST_PART, bomb))
                        .problems())
                .anyMatch(problem -> problem.startsWith("part " + Site.HOST_PART + " cannot be used: Token count"));
    }

    @Test
    void whereMemoryEndsNothingIsSaidOfTheEvidence() throws Exception {
        byte[] large = Site.gzip(("[" + "{},".repeat(1_900_000) + "{}]").getBytes(StandardCharsets.UTF_8));
        Path file = Files.write(
                folder.resolve("large.tar"), site.resigned(site.parts(site.bundle()), BundleFormat.RULES, large));
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

    /** Signed by somebody, so that everything in it is looked at. */
    @ParameterizedTest
    @ValueSource(strings = {HOST, "rules.json.gz", "waivers.json.gz", "leaves.gz", "checkpoints.gz"})
    void aPartThatWouldFillMemoryIsNotUnpacked(String part) throws Exception {
        byte[] bomb = Site.gzip(new byte[BundleFormat.MAX_PART_BYTES + 1]);

        Report report = site.check(site.resigned(site.parts(site.bundle()), name(part), bomb));

        assertThat(bomb).hasSizeLessThan(200_000);
        assertThat(report.problems()).anyMatch(problem -> problem.contains("it would become more than"));
    }

    private static String name(String part) {
        return part.equals(HOST) ? Site.HOST_PART : part;
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

        for (String part : List.of(Site.HOST_PART, "rules.json.gz", "checkpoints.gz")) {
            Report report = site.check(
                    site.resigned(site.parts(site.bundle()), part, Site.gzip(text.getBytes(StandardCharsets.UTF_8))));
            assertThat(report.holds()).as("%s in %s", json, part).isFalse();
        }
    }

    /** Nothing is ever written to where a name says. */
    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "/etc/passwd", "hosts/../x", "a\u0001b", ""})
    void namesLeadNowhere(String name) throws Exception {
        Map<String, byte[]> parts = site.parts(site.bundle());
        var hostile = new LinkedHashMap<String, byte[]>();
        hostile.put(name, new byte[600]);
        hostile.putAll(parts);

        assertThat(site.check(Site.tar(hostile)).holds()).isFalse();
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
}
