package dev.muster.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigTest {
    @TempDir
    private Path dir;

    @Test
    void hasADefaultForEverything() {
        AgentConfig config = AgentConfig.load(List.of(), List.of());
        assertThat(config)
                .isEqualTo(new AgentConfig(
                        new LinkConfig(
                                List.of(CollectorAddress.DEFAULT_GROUP),
                                31,
                                Path.of("/etc/muster/collector-keys"),
                                Optional.empty(),
                                new InetSocketAddress(1984),
                                Duration.ofHours(1)),
                        new DiscoveryConfig(
                                Optional.empty(), Path.of("/etc/muster/discovery.d"), Set.of(), Set.of(), Map.of(), 2),
                        new StateConfig(Path.of("/var/lib/muster-agent"), Path.of("/run/muster-agent"), 64),
                        new LogConfig(LogConfig.Level.INFO)));
        assertThat(config.state().spoolMaxBytes()).isEqualTo(64_000_000);
    }

    @Test
    void mapsEveryKey() throws IOException {
        AgentConfig config = load("""
                # where
                COLLECTORS="192.0.2.7:99, muster.example.org [2001:db8::7]:5"
                COLLECTOR_KEYS=/k
                MULTICAST=224.0.2.9:7
                TTL=2
                TOKEN_FILE = /t
                BIND=127.0.0.2
                PORT=0

                SCRIPTS='/usr/share/my scripts'
                OWN_TYPES=/o
                TYPES_ON=logins
                TYPES_OFF=smart,pkgverify smart
                INTERVALS="proc_sys=5, os=3600"
                MAX_SCRIPTS=1
                STATE=/s/../s2
                RUN=/r
                SPOOL_MAX_MB=10
                DIGEST_SECONDS=60
                LOG_LEVEL=Debug
                """);
        assertThat(config)
                .isEqualTo(new AgentConfig(
                        new LinkConfig(
                                List.of(
                                        CollectorAddress.parse("192.0.2.7:99"),
                                        CollectorAddress.parse("muster.example.org"),
                                        CollectorAddress.parse("[2001:db8::7]:5")),
                                2,
                                Path.of("/k"),
                                Optional.of(Path.of("/t")),
                                new InetSocketAddress("127.0.0.2", 0),
                                Duration.ofMinutes(1)),
                        new DiscoveryConfig(
                                Optional.of(Path.of("/usr/share/my scripts")),
                                Path.of("/o"),
                                Set.of("logins"),
                                Set.of("smart", "pkgverify"),
                                Map.of("proc_sys", Duration.ofSeconds(5), "os", Duration.ofHours(1)),
                                1),
                        new StateConfig(Path.of("/s2"), Path.of("/r"), 10),
                        new LogConfig(LogConfig.Level.DEBUG)));
    }

    @Test
    void putsALaterFileBeforeAnEarlierOne() throws IOException {
        Path first = Files.writeString(dir.resolve("default"), "PORT=1\nTTL=1\n");
        Path second = Files.writeString(dir.resolve("agent.conf"), "TTL=2\n");
        LinkConfig link = AgentConfig.load(List.of(first, second), List.of()).link();
        assertThat(link.bind().getPort()).isEqualTo(1);
        assertThat(link.ttl()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "--bind=127.0.0.2, 127.0.0.2:1984",
        "--bind=127.0.0.2:7, 127.0.0.2:7",
        "--bind=[::1], ::1:1984",
        "--bind=[::1]:7, ::1:7"
    })
    void bindsToOneAddress(String option, String address) {
        InetSocketAddress bind =
                AgentConfig.load(List.of(), List.of(option)).link().bind();
        assertThat(bind.getAddress().getHostAddress().replace("0:0:0:0:0:0:0:1", "::1") + ":" + bind.getPort())
                .isEqualTo(address);
    }

    @Test
    void searchesInTheGroupThatIsGivenUnlessACollectorIs() {
        assertThat(AgentConfig.load(List.of(), List.of("--multicast", "224.0.2.9:7", "--ttl", "2"))
                        .link()
                        .collectors())
                .containsExactly(CollectorAddress.parse("224.0.2.9:7"));
        assertThat(AgentConfig.load(List.of(), List.of("--multicast=224.0.2.9", "--collectors=192.0.2.7"))
                        .link()
                        .collectors())
                .containsExactly(CollectorAddress.parse("192.0.2.7"));
    }

    @Test
    void putsOptionsBeforeTheFile() throws IOException {
        Path file = Files.writeString(dir.resolve("agent.conf"), "MAX_SCRIPTS=1\nPORT=5\n");
        AgentConfig config = AgentConfig.load(List.of(file), List.of("--max-scripts=4", "--collectors=a"));
        assertThat(config.discovery().maxAtOnce()).isEqualTo(4);
        assertThat(config.link().bind().getPort()).isEqualTo(5);
        assertThat(config.link().collectors()).containsExactly(CollectorAddress.parse("a"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SPOOL_MAX=5|unknown key SPOOL_MAX; did you mean SPOOL_MAX_MB?",
                "collectors=a|unknown key collectors; did you mean COLLECTORS?",
                "export PORT=5|unknown key export PORT; did you mean PORT?",
                "PORT|expected KEY=value",
                "=5|expected KEY=value",
                "PORT=65536|PORT must be a number from 0 to 65535",
                "PORT=-1|PORT must be a number",
                "PORT=|PORT must be a number",
                "MAX_SCRIPTS=9|MAX_SCRIPTS must be a number from 1 to 8",
                "STATE=lib|STATE must be an absolute path",
                "STATE=|STATE must be an absolute path",
                "LOG_LEVEL=loud|LOG_LEVEL must be one of error, warn, info, debug, trace",
                "MULTICAST=192.0.2.7|MULTICAST must be a multicast group, for example 224.0.2.5:1984",
                "MULTICAST=|collector address",
                "TTL=0|TTL must be a number from 1 to 255",
                "BIND=web-1|BIND must be an address of this host",
                "BIND=224.0.2.5|BIND must be an address of this host",
                "BIND=1.2.3|collector address \"1.2.3\": not an IPv4 address",
                "COLLECTORS=1.2.3|collector address \"1.2.3\": not an IPv4 address",
                "RUN=\"/r|the closing quote is missing",
            })
    void namesFileAndLineOfWhatIsWrong(String line, String why) {
        assertThatThrownBy(() -> load("# comment\n" + line + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("agent.conf line 2: " + why);
    }

    @Test
    void refusesAKeyGivenTwice() {
        assertThatThrownBy(() -> load("PORT=1\nPORT=1\n"))
                .hasMessageContaining("line 2: PORT is given in line 1 already");
    }

    @Test
    void namesTheOptionThatIsWrong() {
        assertThatThrownBy(() -> AgentConfig.load(List.of(), List.of("--port=x")))
                .hasMessage("option --port: PORT must be a number from 0 to 65535");
        assertThatThrownBy(() -> AgentConfig.load(List.of(), List.of("--prot=1")))
                .hasMessage("unknown option --prot; did you mean --port?");
        assertThatThrownBy(() -> AgentConfig.load(List.of(), List.of("--port")))
                .hasMessage("option --port needs a value: --port=…");
    }

    @Test
    void refusesAFileThatIsTooLargeOrNotThere() throws IOException {
        Path large = Files.write(dir.resolve("large"), new byte[70_000]);
        assertThatThrownBy(() -> AgentConfig.load(List.of(large), List.of())).hasMessageContaining("larger than");
        assertThatThrownBy(() -> AgentConfig.load(List.of(dir.resolve("none")), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cannot read");
    }

    private AgentConfig load(String text) throws IOException {
        Path file = Files.writeString(dir.resolve("agent.conf"), text);
        return AgentConfig.load(List.of(file), List.of());
    }
}
