package dev.muster.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The corpus of the fuzzer (profile {@code fuzz}), and some thousand mutations of it, at every build. */
final class CorpusTest {
    private static final int MUTATIONS = 4_000;

    private static final Map<String, Consumer<byte[]>> TARGETS = new TreeMap<>(Map.of(
            "packets", Targets::packets,
            "frames", Targets::frames,
            "channels", Targets::channels,
            "records", Targets::records,
            "messages", Targets::messages));

    static Stream<String> targets() {
        return TARGETS.keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void keepsItsPromisesForTheCorpusAndItsMutations(String name) throws IOException, URISyntaxException {
        Consumer<byte[]> target = Objects.requireNonNull(TARGETS.get(name));
        List<byte[]> corpus = corpus(name);
        assertThat(corpus).isNotEmpty();
        corpus.forEach(target);
        var random = new Random(name.hashCode());
        for (int i = 0; i < MUTATIONS; i++) {
            target.accept(mutated(corpus.get(random.nextInt(corpus.size())), corpus, random));
        }
    }

    private static List<byte[]> corpus(String name) throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(CorpusTest.class.getResource("DecodersFuzzInputs/" + name));
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().map(CorpusTest::read).toList();
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A few bytes changed, a part of another input put in, or an end cut off. */
    private static byte[] mutated(byte[] good, List<byte[]> corpus, Random random) {
        byte[] bytes = good.clone();
        for (int i = random.nextInt(6); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] =
                    (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(12));
        }
        return switch (random.nextInt(3)) {
            case 0 -> bytes;
            case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            default -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                int keep = random.nextInt(bytes.length + 1);
                byte[] spliced = Arrays.copyOf(bytes, keep + other.length);
                System.arraycopy(other, 0, spliced, keep, other.length);
                yield spliced;
            }
        };
    }
}
