package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

final class RecentInitsTest {
    private static final InetSocketAddress HERE = new InetSocketAddress("10.0.0.1", 1);
    private static final InetSocketAddress THERE = new InetSocketAddress("10.0.0.2", 1);

    private final RecentInits recent = new RecentInits();

    @Test
    void knowsARepetitionForASecond() {
        assertThat(recent.firstSeen(HERE, 1, 0)).isTrue();
        assertThat(recent.firstSeen(HERE, 1, RecentInits.LIFE_NANOS - 1)).isFalse();
        assertThat(recent.firstSeen(HERE, 1, RecentInits.LIFE_NANOS)).isTrue();
    }

    @Test
    void tellsAddressesAndSessionsApart() {
        assertThat(recent.firstSeen(HERE, 1, 0)).isTrue();
        assertThat(recent.firstSeen(THERE, 1, 0)).isTrue();
        assertThat(recent.firstSeen(HERE, 2, 0)).isTrue();
    }

    @Test
    void forgetsTheOldestWhenThereAreTooMany() {
        for (int sid = 0; sid < 3 * RecentInits.MAX; sid++) {
            assertThat(recent.firstSeen(HERE, sid, 0)).isTrue();
        }
        assertThat(recent.firstSeen(HERE, 3 * RecentInits.MAX - 1, 0)).isFalse();
        assertThat(recent.firstSeen(HERE, 0, 0)).isTrue();
    }
}
