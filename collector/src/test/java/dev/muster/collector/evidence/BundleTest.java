package dev.muster.collector.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.collector.api.FakeGraph;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Waiver;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a bundle holds, and what is noticed where it was changed or says what its rules do not. */
final class BundleTest {
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
        Map<String, byte[]> parts = site.parts(site.bundle());

        String host = new String(
                BundleFormat.unpack(parts.getOrDefault(Site.HOST_PART, new byte[0])), StandardCharsets.UTF_8);
        assertThat(host).contains("ACME", "(secret)").doesNotContain("S-1");
        assertThat(parts.keySet())
                .containsExactly(
                        "rules.json.gz",
                        Site.HOST_PART,
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
        BundleFile.Part where = site.file(bundle).parts().stream()
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
        Map<String, byte[]> without = site.parts(site.bundle());
        without.remove(Site.HOST_PART);
        Map<String, byte[]> more = site.parts(site.bundle());
        more.put("hosts/more.json.gz", new byte[] {1});

        assertThat(site.check(Site.tar(without)).problems())
                .containsExactly(
                        "part " + Site.HOST_PART + " is missing", "there is no host in it: it says nothing of any");
        assertThat(site.check(Site.tar(more)).problems())
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

    private BundleCheck.Expectation pinned() {
        return new BundleCheck.Expectation(Optional.of(site.key.verifying().fingerprint()), Optional.empty());
    }

    private static byte[] changed(byte[] bundle, long at) {
        byte[] other = bundle.clone();
        other[(int) at] ^= 1;
        return other;
    }
}
