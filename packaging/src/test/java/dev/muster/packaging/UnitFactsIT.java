package dev.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the agent's unit restricts takes nothing from the facts: each script prints under it what it prints for root, on this machine as it is.
 * The types that walk the whole disk are not here but in {@link WalkFactsIT}, since no test can wait for every disk.
 */
final class UnitFactsIT {
    /** The user muster need not exist on this machine; this one is nobody. */
    private static final String NOBODY = "65534";

    @Test
    void theUnitGrantsExactlyWhatTheTypesDeclare() throws IOException {
        Set<String> declared = new TreeSet<>();
        for (Path type : Trees.list(Comparison.SCRIPTS, ".*")) {
            Path description = type.resolve("discovery.yaml");
            if (Files.exists(description)) {
                Files.readAllLines(description).stream()
                        .filter(line -> line.startsWith("needs: ["))
                        .flatMap(line -> Stream.of(
                                line.replaceAll("needs: \\[(.*)\\].*", "$1").split(", *", -1)))
                        .filter(name -> !name.isEmpty())
                        .forEach(declared::add);
            }
        }
        Unit unit = Unit.read(Comparison.UNIT);
        assertThat(declared).isNotEmpty();
        assertThat(unit.capabilities("AmbientCapabilities")).containsExactlyElementsOf(declared);
        assertThat(unit.capabilities("CapabilityBoundingSet")).containsExactlyElementsOf(declared);
    }

    @ParameterizedTest
    @MethodSource("types")
    void factsAreThoseThatRootGathers(String type) throws IOException {
        Tool.needRootAnd("setpriv", "timeout");
        new Comparison(
                        UnaryOperator.identity(),
                        Comparison.SCRIPTS.toString(),
                        Unit.read(Comparison.UNIT).privileges(NOBODY, NOBODY))
                .assertSame(type);
    }

    static Stream<String> types() throws IOException {
        return Comparison.types().filter(type -> !WalkFactsIT.FINDS.containsKey(type));
    }
}
