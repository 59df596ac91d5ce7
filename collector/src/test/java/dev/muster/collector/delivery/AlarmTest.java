package dev.muster.collector.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
final class AlarmTest {
    private final TestClock clock = new TestClock();
    private final Alarm alarm = Alarm.of(clock);

    @Test
    void doesNotWaitForWhatIsPast() throws Exception {
        alarm.await(clock.instant().minusSeconds(1));
        alarm.await(clock.instant());
    }

    @Test
    void aRingBeforeTheWaitEndsIt() throws Exception {
        alarm.ring();
        alarm.ring();
        alarm.await(clock.instant().plus(Duration.ofDays(1)));
    }

    @Test
    void aRingEndsTheWaitThatRuns() throws Exception {
        var waiter = Thread.ofVirtual().start(() -> {
            try {
                alarm.await(clock.instant().plus(Duration.ofDays(1)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        alarm.ring();
        assertThat(waiter.join(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void waitsForATimeFarBeyondWhatMillisecondsCount() throws Exception {
        alarm.ring();
        alarm.await(Instant.MAX);
    }
}
