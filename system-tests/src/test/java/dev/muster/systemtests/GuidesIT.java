package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the three guides tell a newcomer to type, typed in their order; what they show is printed.
 *
 * <p>A block {@code sh} is typed on the collector's machine, {@code sh web-1} on that one. A block {@code output} is what the one before it
 * prints and a block {@code mail} what arrives: each line in this order, maybe with others between, any number for a number and anything
 * for {@code …}. A block {@code text} is not run, see {@link #NOT_RUN}.
 */
@Order(4)
final class GuidesIT {
    private static final Path DOCS = Path.of("..", "docs").toAbsolutePath().normalize();
    private static final Path TOP = DOCS.resolve("..").normalize();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** First lines of blocks that are not run, and why. */
    private static final Map<String, String> NOT_RUN = Map.of(
            "mvn -Ppackages package", "takes minutes; PackagesIT installs packages",
            "apt install ./muster-agent_*.deb     # or: dnf install ./muster-agent-*.rpm",
                    "needs the packages; PackagesIT installs them",
            "scp /var/lib/muster/collector/keys/collector.pub token web-1:",
                    "needs an SSH server; the test copies the files",
            "ufw allow proto udp from 192.0.2.0/24 to any port 1984", "would change this machine's firewall");

    /** Commands that change nothing, which a reader repeats until they show what is expected. */
    private static final Pattern READING = Pattern.compile(
            "(\\./)?muster (hosts|host|findings|events|facts|changes|query|status|scores|waivers|rules|agents)( .*)?|muster-agent (status|ping).*|cat .*");

    @TempDir
    private Path folder;

    @BeforeEach
    void needs() {
        Tools.needRootAnd("ip", "unshare", "setsid", "sysctl");
    }

    @Test
    void thisHost() throws Exception {
        try (var network = Network.open("guida")) {
            followOnThisHost(network);
        }
    }

    private void followOnThisHost(Network network) throws Exception {
        var machine = new GuideMachine("web-1", folder.resolve("web-1"), network.host());
        Path output = folder.resolve("demo.txt");
        List<FencedBlock> blocks = FencedBlock.of(DOCS.resolve("getting-started.md"));
        assertThat(blocks.getFirst().text()).isEqualTo("./muster demo");
        Process demo = machine.start(TOP, output, "sh", "-eu", "-c", "exec ./muster demo");
        try {
            await().atMost(PATIENCE.multipliedBy(3))
                    .untilAsserted(() -> assertThat(Files.readString(output))
                            .as("alive %s", demo.isAlive())
                            .contains("Press Ctrl-C"));
            assertShown(blocks.get(1), Files.readString(output));
            var guide = new Guide(machine, machine, TOP, Map.of(), () -> "");
            guide.follow(blocks.subList(2, blocks.size()));
            Tools.run("kill", "-INT", "--", "-" + demo.pid());
            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            machine.stop();
        }
    }

    @Test
    void mailASecondMachineAndOrder() throws Exception {
        try (var network = Network.open("guidb");
                var mailbox = new Mailbox(network.ipv4(), 0)) {
            followOnTwoMachines(network, mailbox);
        }
    }

    private void followOnTwoMachines(Network network, Mailbox mailbox) throws Exception {
        Network.Host first = network.host();
        var collector = new GuideMachine("muster-1", folder.resolve("muster-1"), first);
        var web = new GuideMachine("web-1", folder.resolve("web-1"), network.host());
        Files.writeString(collector.file("etc/muster/collector.yaml"), "settle: 2s\n");
        try {
            Map<String, String> differs = new LinkedHashMap<>();
            differs.put("host: smtp.example.org", "host: " + network.ipv4());
            differs.put("port: 587 ", "port: " + mailbox.port() + " ");
            differs.put("security: starttls", "security: none");
            differs.put("192.0.2.7", first.ipv4());
            differs.put(" -g muster", "");
            collector.type("systemctl start muster-collector");
            var guide = new Guide(collector, web, Path.of(""), differs, mailbox::asText);
            guide.follow(FencedBlock.of(DOCS.resolve("mail-and-more-machines.md")));
            guide.follow(FencedBlock.of(DOCS.resolve("keeping-order.md")));
        } finally {
            web.stop();
            collector.stop();
        }
    }

    @Test
    void everyBlockIsOfAKindAndWhatIsNotRunHasItsReason() throws IOException {
        Set<String> notRun = new TreeSet<>();
        for (String page : List.of("getting-started.md", "mail-and-more-machines.md", "keeping-order.md")) {
            for (FencedBlock block : FencedBlock.of(DOCS.resolve(page))) {
                assertThat(block.language()).as(block.toString()).isIn("sh", "output", "mail", "text");
                if (block.language().equals("text")) {
                    notRun.add(block.text().lines().findFirst().orElse(""));
                }
            }
        }
        assertThat(NOT_RUN).containsOnlyKeys(notRun);
    }

    private interface Inbox {
        /** All mails so far. */
        String asText();
    }

    /** Follows one page after the other. */
    private record Guide(
            GuideMachine collector, GuideMachine web, Path from, Map<String, String> differs, Inbox inbox) {
        void follow(List<FencedBlock> blocks) throws IOException {
            for (int i = 0; i < blocks.size(); i++) {
                FencedBlock block = blocks.get(i);
                switch (block.language()) {
                    case "sh" -> {
                        boolean shown = i + 1 < blocks.size()
                                && blocks.get(i + 1).language().equals("output");
                        if (shown) {
                            typeAndCompare(block, blocks.get(i + 1));
                        } else {
                            type(block);
                        }
                    }
                    case "mail" -> await().atMost(PATIENCE).untilAsserted(() -> assertShown(block, inbox.asText()));
                    case "text" -> copyFiles(block);
                    default -> {}
                }
            }
        }

        private void typeAndCompare(FencedBlock block, FencedBlock shown) {
            if (block.text().lines().allMatch(line -> READING.matcher(line).matches())) {
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(() -> assertShown(shown, type(block)));
            } else {
                assertShown(shown, type(block));
            }
        }

        private String type(FencedBlock block) {
            GuideMachine machine = block.note().equals("web-1") ? web : collector;
            String text = block.text();
            for (var each : differs.entrySet()) {
                text = text.replace(each.getKey(), each.getValue());
            }
            text = text.replace("/etc/muster/", machine.file("etc/muster") + "/")
                    .replace("/var/lib/muster/", machine.file("var/lib/muster") + "/")
                    .replace("/root/", machine.work() + "/");
            return from.toString().isEmpty() ? machine.type(text) : machine.type(text, from);
        }

        /** What {@code scp} would do. */
        private void copyFiles(FencedBlock block) throws IOException {
            if (block.text().startsWith("scp ")) {
                Files.copy(
                        collector.file("var/lib/muster/collector/keys/collector.pub"),
                        web.work().resolve("collector.pub"));
                Files.copy(collector.work().resolve("token"), web.work().resolve("token"));
            }
        }
    }

    private static void assertShown(FencedBlock shown, String printed) {
        List<String> lines = printed.lines().toList();
        int at = 0;
        for (String line : shown.text().lines().filter(each -> !each.isBlank()).toList()) {
            Pattern pattern = Pattern.compile("\\s*" + pattern(line.strip()) + "\\s*");
            while (at < lines.size() && !pattern.matcher(lines.get(at)).matches()) {
                at++;
            }
            assertThat(at).as("no \"%s\" of %s%nin%n%s", line, shown, printed).isLessThan(lines.size());
            at++;
        }
    }

    /** Any number for a number, any blanks for blanks, anything for {@code …}. */
    private static String pattern(String line) {
        var pattern = new StringBuilder();
        for (String word : line.split("\\s+", -1)) {
            pattern.append(pattern.isEmpty() ? "" : "\\s+");
            pattern.append(Pattern.compile("…|[0-9]+|[^…0-9]+")
                    .matcher(word)
                    .results()
                    .map(match -> switch (match.group()) {
                        case "…" -> ".*";
                        default -> match.group().matches("[0-9]+") ? "[0-9]+" : Pattern.quote(match.group());
                    })
                    .reduce("", String::concat));
        }
        return pattern.toString();
    }
}
