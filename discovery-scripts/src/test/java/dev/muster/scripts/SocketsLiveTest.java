package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares listening and tcpdiscovery with iproute2's ss on the machine that runs the tests. Others open and close sockets
 * meanwhile: ss is asked before and after, what it says both times must be there, and nothing that it says neither time.
 */
final class SocketsLiveTest {
    private static final Pattern ADDRESS = Pattern.compile("(.*?)(?:%[^\\]]*)?(\\])?:(\\d+|\\*)");
    private static final Pattern SPACES = Pattern.compile(" +");

    /** Far above the tens of milliseconds that it should be; a process for each socket would take more. */
    private static final double MAX_CPU_SECONDS = 1;

    @TempDir
    Path scratch;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Set<String> own = new TreeSet<>();
    private int serverPort;

    @BeforeEach
    void listenOnEveryKindOfAddress() throws IOException {
        for (String address : List.of("127.0.0.1", "0.0.0.0", "::1", "::")) {
            var ip = InetAddress.getByName(address);
            try {
                var server = new ServerSocket(0, 5, ip);
                open.add(server);
                own.add("tcp " + server.getLocalPort());
                if (address.equals("127.0.0.1")) {
                    serverPort = server.getLocalPort();
                }
                var datagrams = new DatagramSocket(new InetSocketAddress(ip, 0));
                open.add(datagrams);
                own.add("udp " + datagrams.getLocalPort());
            } catch (IOException e) {
                System.err.println("SKIPPED " + address + ": " + e.getMessage());
            }
        }
        open.add(new Socket("127.0.0.1", serverPort));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable socket : open) {
            socket.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void listeningSaysWhatSsSays(Shell shell) throws Exception {
        Set<String> before = ss("-lntu", 4);
        JsonNode sockets = Live.facts("listening", shell, scratch).path("sockets");
        Set<String> after = ss("-lntu", 4);

        Set<String> facts = sockets.valueStream()
                .map(socket -> socket.path("proto").asText() + " "
                        + socket.path("addr").asText() + " "
                        + socket.path("port").asText())
                .collect(Collectors.toCollection(TreeSet::new));
        assertBetween(facts, before, after);
    }

    @ParameterizedTest
    @EnumSource
    void listeningKnowsTheProgramThatListens(Shell shell) throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        JsonNode sockets = Live.facts("listening", shell, scratch).path("sockets");

        var found = new TreeSet<String>();
        for (JsonNode socket : sockets) {
            String name =
                    socket.path("proto").asText() + " " + socket.path("port").asText();
            if (own.contains(name) && socket.path("exe").asText().equals(java)) {
                found.add(name);
                assertThat(socket.path("exe_deleted").asBoolean()).isFalse();
                assertThat(socket.path("exe_mode").asText()).matches("0[0-7]{3}");
                assertThat(socket.path("user").asText()).isEqualTo(System.getProperty("user.name"));
            }
        }
        assertThat(found).isEqualTo(own).hasSizeGreaterThanOrEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void tcpdiscoverySaysWhoIsCalled(Shell shell) throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Set<String> before = called();
        JsonNode facts = Live.facts("tcpdiscovery", shell, scratch);
        Set<String> after = called();

        Set<String> ports = facts.path("client_ports")
                .valueStream()
                .map(JsonNode::asText)
                .collect(Collectors.toCollection(TreeSet::new));
        assertBetween(ports, before, after);
        assertThat(facts.path("processes").valueStream()).anySatisfy(process -> {
            assertThat(process.path("exe").asText()).isEqualTo(java);
            assertThat(process.path("clientaddrs").has("127.0.0.1:" + serverPort))
                    .isTrue();
            assertThat(process.path("listenaddrs").has("127.0.0.1:" + serverPort))
                    .isTrue();
            assertThat(process.path("cwd").asText())
                    .isEqualTo(Path.of("").toAbsolutePath().toString());
        });
        assertThat(facts.toString())
                .doesNotContain("\"pid\"")
                .doesNotContain(":" + ProcessHandle.current().pid() + ":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "listening", "netconfig", "services", "tcpdiscovery"})
    void costsLittle(String type) throws Exception {
        assertThat(Live.cpuSeconds(type, scratch)).isLessThan(MAX_CPU_SECONDS);
    }

    /** The other ends' ports of what the host opened itself. */
    private Set<String> called() throws Exception {
        Set<String> listening = new TreeSet<>();
        for (String line : ss("-lnt", 4)) {
            listening.add(line.substring(line.lastIndexOf(' ') + 1));
        }
        var called = new TreeSet<String>();
        for (String line : lines("-nt", "state", "established")) {
            String[] column = SPACES.split(line, -1);
            if (!listening.contains(port(column[2]))) {
                called.add(port(column[3]));
            }
        }
        return called;
    }

    /** "tcp 127.0.0.1 22" of the local addresses, which stand in the given column. */
    private Set<String> ss(String options, int column) throws Exception {
        var found = new TreeSet<String>();
        for (String line : lines(options)) {
            String[] columns = SPACES.split(line, -1);
            boolean hasProtocol = columns[0].equals("tcp") || columns[0].equals("udp");
            String local = columns[hasProtocol ? column : column - 1];
            found.add((hasProtocol ? columns[0] : "tcp") + " " + address(local) + " " + port(local));
        }
        return found;
    }

    private List<String> lines(String... options) throws Exception {
        var command = new ArrayList<>(List.of(Shell.require("ss"), "-H"));
        command.addAll(List.of(options));
        return Shell.runTool(scratch, command.toArray(String[]::new))
                .text()
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** A star is what serves both families, and scopes are not told by /proc. */
    private static String address(String text) {
        var match = ADDRESS.matcher(text);
        assertThat(match.matches()).as(text).isTrue();
        String address = match.group(1).replace("[", "").replace("]", "");
        return address.equals("*") ? "::" : address;
    }

    private static String port(String text) {
        return text.substring(text.lastIndexOf(':') + 1);
    }

    private static void assertBetween(Set<String> facts, Set<String> before, Set<String> after) {
        var always = new TreeSet<>(before);
        always.retainAll(after);
        var ever = new TreeSet<>(before);
        ever.addAll(after);
        assertThat(always).isNotEmpty();
        assertThat(facts).containsAll(always).isSubsetOf(ever);
    }
}
