package dev.muster.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectorAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7,IPV4,192.0.2.7:1984",
        "192.0.2.7:99,IPV4,192.0.2.7:99",
        "[2001:db8::7]:99,IPV6,[2001:db8::7]:99",
        "[2001:db8::7],IPV6,[2001:db8::7]:1984",
        "[fe80::1%eth0]:1984,IPV6,[fe80::1%eth0]:1984",
        "muster.example.org,NAME,muster.example.org:1984",
        "muster:65535,NAME,muster:65535",
        "muster.example.org.,NAME,muster.example.org.:1984",
        "3com.example,NAME,3com.example:1984",
        "224.0.2.5:1984,MULTICAST,224.0.2.5:1984",
        "[ff05::1984]:1984,MULTICAST,[ff05::1984]:1984",
    })
    void readsEveryForm(String text, CollectorAddress.Kind kind, String written) {
        CollectorAddress address = CollectorAddress.parse(text);
        assertThat(address.kind()).isEqualTo(kind);
        assertThat(address).hasToString(written);
        assertThat(CollectorAddress.parse(written)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|neither an address nor a host name",
                "2001:db8::7|in brackets",
                "[2001:db8::7|closing bracket",
                "[2001:db8::7]99|only :port",
                "[192.0.2.7]:1|not an IPv6 address",
                "[name]:1|not an IPv6 address",
                "[fe80::1%]:1|name of an interface",
                "192.0.2|not an IPv4 address",
                "192.0.2.256|not an IPv4 address",
                "192.0.2.07|not an IPv4 address",
                "host:0|a port is",
                "host:65536|a port is",
                "host:|a port is",
                "host:1x|a port is",
                "ho st|neither",
                "-host|neither",
                "host..org|neither",
                "hÖst|neither",
                ":1984|neither",
            })
    void saysWhatIsWrong(String text, String why) {
        assertThatThrownBy(() -> CollectorAddress.parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining(why);
    }
}
