package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResetLimitsTest {
    private static final long NOW = 5_000_000_000L;

    private final ResetLimits limits = new ResetLimits();

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "10.0.0.1, 10.0.0.200, same",
        "10.0.0.1, 10.0.1.1, other",
        "2001:db8:0:100::1, 2001:db8:0:1ff::2, same",
        "2001:db8:0:100::1, 2001:db8:0:200::1, other"
    })
    void countsByNetwork(String one, String other, String expected) throws UnknownHostException {
        exhaust(InetAddress.getByName(one));
        assertThat(limits.allows(InetAddress.getByName(other), NOW)).isEqualTo(expected.equals("other"));
    }

    @Test
    void refillsWithTime() throws UnknownHostException {
        InetAddress address = InetAddress.getByName("10.0.0.1");
        exhaust(address);
        long each = 1_000_000_000L / ResetLimits.PER_SECOND_AND_NETWORK;
        assertThat(limits.allows(address, NOW + each - 1)).isFalse();
        assertThat(limits.allows(address, NOW + each)).isTrue();
        assertThat(limits.allows(address, NOW + each)).isFalse();
    }

    private void exhaust(InetAddress address) {
        for (int i = 0; i < ResetLimits.PER_SECOND_AND_NETWORK; i++) {
            assertThat(limits.allows(address, NOW)).isTrue();
        }
        assertThat(limits.allows(address, NOW)).isFalse();
    }
}
