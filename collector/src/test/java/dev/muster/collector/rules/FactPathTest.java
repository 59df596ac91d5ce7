package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.model.InstanceKey;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FactPathTest {
    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_forward, net.ipv4, true",
        "net.ipv4.ip_forward, net.ipv4.ip_forward, true",
        "net.ipv4, net.ipv4.ip_forward, true",
        "net.ipv4x, net.ipv4, false",
        "/boot/efi, /boot, true",
        "/boot, /, true",
        "/bootx, /boot, false",
        "net.ipv4, /, false",
    })
    void isTouchedByWhatNamesItOrHoldsIt(String read, String entry, boolean isTouched) {
        var path = new FactPath(InstanceKey.unnamed("any"), List.of(read));

        assertThat(path.touches(entry)).isEqualTo(isTouched);
    }
}
