package dev.muster.protocol.session;

import java.util.stream.LongStream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Spools on one side, a database on the other, and both processes, the network and luck failing in between, while an attacker replays
 * everything.
 *
 * <p>{@code mvn verify} runs the seeds 1 to 300, {@code mvn verify -P nightly} those to 10,000. One alone, for example 42:
 * {@code mvn -pl protocol verify -Dtest=ScheduleTest -Dmuster.seed=42}
 */
@Execution(ExecutionMode.CONCURRENT)
final class ScheduleTest {
    private static final int SEEDS = 300;

    static LongStream seeds() {
        Long one = Long.getLong("muster.seed");
        return one == null ? LongStream.rangeClosed(1, Integer.getInteger("muster.seeds", SEEDS)) : LongStream.of(one);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void appliesEachRecordOnceAndInOrderWhateverFails(long seed) {
        Schedule.run(seed);
    }
}
