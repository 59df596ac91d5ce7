package dev.muster.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

final class AddressLimitsTest {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final AddressLimits limits = new AddressLimits();

    @Test
    void anAddressHasAHundredASecondWhateverItsNeighboursDo() throws UnknownHostException {
        InetAddress one = InetAddress.getByName("10.0.0.1");
        InetAddress other = InetAddress.getByName("10.0.0.2");
        for (int i = 0; i < AddressLimits.PER_SECOND; i++) {
            assertThat(limits.allows(one, SECOND_NANOS)).isTrue();
        }
        assertThat(limits.allows(one, SECOND_NANOS)).isFalse();
        assertThat(limits.allows(other, SECOND_NANOS)).isTrue();
        assertThat(limits.allows(one, 2 * SECOND_NANOS)).isTrue();
    }

    @Test
    void remembersABoundedNumberOfAddresses() throws UnknownHostException {
        InetAddress first = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        for (int i = 0; i < AddressLimits.PER_SECOND; i++) {
            limits.allows(first, SECOND_NANOS);
        }
        for (int i = 0; i < 1_024; i++) {
            limits.allows(InetAddress.getByAddress(new byte[] {10, 1, (byte) (i >> 8), (byte) i}), SECOND_NANOS);
        }
        assertThat(limits.allows(first, SECOND_NANOS)).as("forgotten meanwhile").isTrue();
    }
}
