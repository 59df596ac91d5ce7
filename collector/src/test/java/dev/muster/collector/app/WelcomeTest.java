package dev.muster.collector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.model.Keyring;
import dev.muster.protocol.noise.PublicKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WelcomeTest {
    private static final PublicKey KEY = PublicKey.of(new byte[32]);

    @TempDir
    private Path folder;

    @Test
    void aFirstStartSaysAllThatComesNext() {
        assertThat(welcome(CollectorConfig.read(Optional.empty(), folder), Keyring.Place.ON_THIS_MACHINE, "192.0.2.7")
                        .text())
                .isEqualTo("""
                Muster collector is ready.
                  agents       UDP 0.0.0.0:1984; from elsewhere 192.0.2.7:1984
                  key          AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
                  fingerprint  6668-7aad-f862-bd77-6c8f-c18b-8e9f-8e20
                  api          https://127.0.0.1:1985, this machine only (api: in collector.yaml)
                  certificate  SHA-256 AB:CD
                  graph        embedded, in /home/graph: there is nothing to set up
                  state        /home
                Servers join, one of these ways:
                  muster install-agent HOST...                      over ssh, nothing to do on the host
                  muster enroll token --uses 50 --expires 7d        prints a line to paste on each, with the agent's package installed
                  muster-agent enrol --collector 192.0.2.7:1984 --key AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= --start   then here: muster agents approve KEY
                Not done yet:
                  mail         findings wait in the outbox, nothing is lost. In /etc/muster/collector.yaml, or where that is not there in
                               /home/collector.yaml, and restart:
                                 mail: {host: smtp.example.org, from: muster@example.org, to: ops@example.org}
                  spare key    lies beside the one in use; move it away: muster keys export-spare FILE""");
    }

    @Test
    void whatIsDoneIsNotAskedForAgain() throws IOException {
        Path file = folder.resolve("collector.yaml");
        // The very line that the first start prints.
        Files.writeString(
                file,
                "mail: {host: smtp.example.org, from: muster@example.org, to: ops@example.org}\\nenrolment: token-only\\n"
                        .replace("\\n", "\n"));
        String text = welcome(CollectorConfig.read(Optional.of(file), folder), Keyring.Place.MOVED_AWAY)
                .text();
        assertThat(text).contains("mail         to ops@example.org by smtp.example.org:");
        assertThat(text).doesNotContain("Not done yet", "muster-agent enrol", "elsewhere");
    }

    @Test
    void onlyAddressesThatOthersCanUseAreNamed() {
        Stream<InetAddress> found = Stream.of(
                        "0.0.0.0",
                        "127.0.0.1",
                        "169.254.1.1",
                        "192.0.2.7",
                        "fe80::1",
                        "::1",
                        "2001:db8::7",
                        "192.0.2.7")
                .map(InetAddress::ofLiteral);
        assertThat(ReachableAt.all(found, 1984))
                .extracting(Collector::shown)
                .containsExactly("192.0.2.7:1984", "[2001:db8:0:0:0:0:0:7]:1984");
        assertThat(ReachableAt.of(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), 7)))
                .extracting(Collector::shown)
                .containsExactly("192.0.2.9:7");
    }

    private static Welcome welcome(CollectorConfig config, Keyring.Place spare, String... reachable) {
        return new Welcome(
                Path.of("/home"),
                config,
                KEY,
                new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 1984),
                Stream.of(reachable)
                        .map(address -> new InetSocketAddress(InetAddress.ofLiteral(address), 1984))
                        .toList(),
                new Welcome.Api(URI.create("https://127.0.0.1:1985"), "AB:CD"),
                spare);
    }
}
