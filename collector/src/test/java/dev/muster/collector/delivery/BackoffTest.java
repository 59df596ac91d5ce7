package dev.muster.collector.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BackoffTest {
    @ParameterizedTest
    @CsvSource({"0, 30, 5", "1, 60, 10", "5, 960, 160", "6, 1920, 300", "7, 3600, 300", "1000000, 3600, 300"})
    void doublesUpToTheLongest(int times, long mailSeconds, long serverSeconds) {
        assertThat(Backoff.ofMail(times)).isEqualTo(Duration.ofSeconds(mailSeconds));
        assertThat(Backoff.ofServer(times)).isEqualTo(Duration.ofSeconds(serverSeconds));
    }
}
