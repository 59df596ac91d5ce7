package dev.muster.collector.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.apply.PendingKeys.News;
import dev.muster.collector.model.PendingAgent;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PendingKeysTest {
    private static final Instant T = Instant.parse("2026-11-20T14:02:11Z");

    private final PendingKeys keys = PendingKeys.none();

    private static PendingAgent agent(String key, String address, Instant at) {
        return new PendingAgent(key, "cHVi", Rig.attributes("web-1"), address, at, at);
    }

    @Test
    void remembersSinceWhenAKeyAsks() {
        assertThat(keys.ask(agent("k1", "192.0.2.1", T))).isEqualTo(News.NEW);
        assertThat(keys.ask(agent("k1", "192.0.2.1", T.plusSeconds(9)))).isEqualTo(News.KNOWN);
        PendingAgent waits = keys.find("k1").orElseThrow();
        assertThat(waits.since()).isEqualTo(T);
        assertThat(waits.seen()).isEqualTo(T.plusSeconds(9));
    }

    @Test
    void forgetsAKeyThatDidNotAskForADay() {
        keys.ask(agent("k1", "192.0.2.1", T));
        Instant later = T.plus(Duration.ofHours(24));
        assertThat(keys.list(later)).isEmpty();
        assertThat(keys.ask(agent("k1", "192.0.2.1", later))).isEqualTo(News.NEW);
    }

    @ParameterizedTest(name = "{0} drives out {1}, never {2}")
    @CsvSource({"192.0.2., 192.0.2.9, 192.0.3.9", "2001:db8:0:1ff::, 2001:db8:0:100::9, 2001:db8:0:200::9"})
    void oneNetworkDrivesOutItsOwnOnly(String network, String own, String other) {
        keys.ask(agent("other", other, T));
        keys.ask(agent("own", own, T));
        for (int i = 1; i < PendingKeys.MAX_OF_A_NETWORK; i++) {
            assertThat(keys.ask(agent("k" + i, network + i, T))).isEqualTo(News.NEW);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(keys.ask(agent("more" + i, network + 7, T))).isEqualTo(News.ONE_OF_TOO_MANY);
        }
        assertThat(keys.find("own")).isEmpty();
        assertThat(keys.find("other")).isPresent();
        assertThat(keys.list(T)).hasSize(PendingKeys.MAX_OF_A_NETWORK + 1);
    }

    @Test
    void isBoundedInAll() {
        for (int i = 0; i < 3_000; i++) {
            keys.ask(agent("k" + i, "10." + i / 256 + "." + i % 256 + ".1", T));
        }
        assertThat(keys.list(T)).hasSize(PendingKeys.MAX);
        assertThat(keys.find("k2999")).isPresent();
    }
}
