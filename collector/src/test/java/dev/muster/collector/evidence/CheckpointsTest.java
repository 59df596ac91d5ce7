package dev.muster.collector.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chain of checkpoints, the tree below each, and the key that signs them. */
final class CheckpointsTest {
    @TempDir
    private Path folder;

    private Site site;

    @BeforeEach
    void makeSite() {
        site = new Site(folder);
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
