package dev.muster.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.collector.api.FakeGraph;
import dev.muster.collector.api.RunningApi;
import dev.muster.collector.graph.GraphReads.QueryResult;
import dev.muster.collector.model.FactsStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command against the real API over a graph that is held still, so that the whole output can be compared. */
class MusterTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final FakeGraph GRAPH = FakeGraph.furnished();

    @TempDir
    static Path home;

    private static RunningApi api;

    @BeforeAll
    static void start() {
        GRAPH.addFacts(
                "sshd",
                JSON.objectNode().put("banner", "a\u009b31mb\u202ec"),
                FactsStatus.DENIED,
                List.of("$.hostkeys"));
        api = RunningApi.start(home, GRAPH);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void hostsAreATable() {
        assertThat(Run.of(home, "hosts")).isEqualTo(new Run(0, """
                HOST        STATUS  FOR       SEEN  VERIFIED   HIGH  MEDIUM  LOW  SYSTEM                         AGENT
                web-1       up      2 d  1 min ago  6 min ago     1       0    4  Debian GNU/Linux 13 (trixie)   0.1.0
                db-primary  up      2 d  1 min ago  6 min ago     0       0    0  Rocky Linux 10.1 (Red Quartz)  0.1.0
                """, ""));
    }

    @Test
    void theSpareIsMovedIntoAFileAndTheKeyChanged(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("spare");
        assertThat(Run.of(home, "keys").out()).isEqualTo("""
                in use  aaaa-bbbb
                spare   cccc-dddd, on this machine
                """);
        Run exported = Run.of(home, "keys", "export-spare", file.toString());
        assertThat(exported.err()).contains("the spare cccc-dddd is in " + file);
        assertThat(exported.out()).as("no secret on the screen").isEmpty();
        assertThat(file).hasContent("c3BhcmU=");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Run.of(home, "keys").out()).contains("cccc-dddd, moved away");
        assertThat(Run.of(home, "keys", "export-spare", file.toString()).exitCode())
                .isEqualTo(2);
        assertThat(Run.of(home, "keys", "export-spare", file + "2").err()).contains("moved away already");
        assertThat(Run.of(home, "keys", "rotate").err()).contains("say where its file is");
        assertThat(Run.of(home, "keys", "rotate", "--spare", file.toString()).err())
                .contains("restart the collector: it then starts with cccc-dddd");
    }

    @Test
    void onANarrowTerminalTheWidestColumnIsWrapped() {
        Run run = Run.of(Map.of("MUSTER_API_HOME", home.toString()), OptionalInt.of(80), "hosts");
        assertThat(run.out()).isEqualTo("""
                HOST        STATUS  FOR       SEEN  VERIFIED   HIGH  MEDIUM  LOW  SYSTEM        AGENT
                web-1       up      2 d  1 min ago  6 min ago     1       0    4  Debian        0.1.0
                                                                                  GNU/Linux 13
                                                                                  (trixie)
                db-primary  up      2 d  1 min ago  6 min ago     0       0    0  Rocky Linux   0.1.0
                                                                                  10.1 (Red
                                                                                  Quartz)
                """);
    }

    @Test
    void oneHostIsShownWithWhatItReports() {
        assertThat(Run.of(home, "host", "web-1")).isEqualTo(new Run(0, """
                host       web-1
                id         019353c1-9a40-7cc4-8a70-5a1c2f0e8d11
                status     up, since 2026-11-18 13:02 (2 d ago)
                seen       2026-11-20 15:02 (1 min ago)
                verified   unchanged at 2026-11-20 14:57 (6 min ago)
                names      web-1, web-1.example.org
                addresses  192.0.2.17, 2001:db8::17
                system     Debian GNU/Linux 13 (trixie)
                agent      0.1.0
                findings   5 open: 1 high, 4 low
                verdicts   1 fail, 1 na

                FACTS  INSTANCE  STATUS  LAST RUN    REPORTED  UNCHANGED FOR
                os               ok      2 min ago  1 min ago          1 min
                sshd             denied  2 min ago  1 min ago          1 min
                """, ""));
    }

    @Test
    void findingsShowEvidenceAndRemedyTheWorstFirst() {
        assertThat(Run.of(home, "findings")).isEqualTo(new Run(0, """
                high    web-1  nist_V-38613
                        what    The SSH daemon lets nobody log in as root
                        found   sshd.permitrootlogin = "yes"
                        wanted  sshd.permitrootlogin == 'no'
                        since   2026-11-20 15:02 (1 min ago)
                        why     Whoever guesses root's password owns the machine, and nobody sees who it was.
                        fix     Set "PermitRootLogin no" in /etc/ssh/sshd_config and reload sshd. Make sure first
                                that somebody else may log in and become root.
                        refs    V-38613
                        facts   9f86d0

                low     db-primary  nist_V-38613
                        what    Packets with impossible addresses are logged
                        found   sshd.permitrootlogin = "yes"
                        wanted  sshd.permitrootlogin == 'no'
                        since   2026-11-20 15:02 (1 min ago)
                        why     Whoever guesses root's password owns the machine, and nobody sees who it was.
                        fix     Set "PermitRootLogin no" in /etc/ssh/sshd_config and reload sshd. Make sure first
                                that somebody else may log in and become root.
                        refs    V-38613
                        facts   9f86d0

                2 findings: 1 high, 1 low.
                """, ""));
    }

    @Test
    void changesShowWhatWasAndWhatIs() {
        assertThat(Run.of(home, "changes", "web-1", "--since", "2026-11-20", "--type", "packages"))
                .isEqualTo(new Run(0, """
                2026-11-20 15:02:11  web-1  packages
                    deb/openssl::amd64  3.0.11-1 → 3.0.15-1
                    names  + tcp\\x1bdump
                    status  - partial
                    and 2 more
                """, ""));
        assertThat(Run.of(home, "changes", "db-primary", "--since", "2026-11-20"))
                .isEqualTo(new Run(0, "No changes.\n", ""));
    }

    @Test
    void findingsOfThePastExcludeThoseClosedNow() {
        assertThat(Run.of(home, "findings", "--as-of", "2026-11-01").out()).isEqualTo("No findings.\n");
        assertThat(Run.of(home, "findings", "--as-of", "2h", "--closed").exitCode())
                .isEqualTo(2);
    }

    @Test
    void findingsAreFiltered() {
        assertThat(Run.of(home, "findings", "--host", "web-1", "--severity", "high")
                        .out())
                .contains("1 finding: 1 high.")
                .doesNotContain("db-primary");
        assertThat(Run.of(home, "findings", "--closed")).isEqualTo(new Run(0, "No findings.\n", ""));
    }

    @Test
    void factsArePrettyJson() {
        assertThat(Run.of(home, "facts", "web-1", "os")).isEqualTo(new Run(0, """
                {
                  "name": "Debian GNU/Linux",
                  "version": "13"
                }
                """, ""));
    }

    @Test
    void factsOfADeniedRunSayWhatIsMissingAndCarryNoTerminalCodes() throws Exception {
        Run run = Run.of(home, "facts", "web-1", "sshd");
        assertThat(run).isEqualTo(new Run(0, """
                {
                  "banner": "a\\u009b31mb\\u202ec"
                }
                """, """
                muster: the last run ended with "denied"; these are the facts of an earlier one
                muster: could not be read for want of permission: $.hostkeys
                """));
        assertThat(ApiClient.JSON.readTree(run.out()).path("banner").asText()).isEqualTo("a\u009b31mb\u202ec");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T15:30,2026-11-20T14:30:00Z",
        "2026-11-20 15:30:05,2026-11-20T14:30:05Z",
        "2026-11-21,2026-11-20T23:00:00Z",
        "2026-11-20T15:30:00Z,2026-11-20T15:30:00Z",
        "30s,2026-11-20T14:02:41Z"
    })
    void factsOfThePastAreAskedInTheReadersZone(String typed, String expected) {
        assertThat(Run.of(home, "facts", "web-1", "os", "--as-of", typed).exitCode())
                .isZero();
        assertThat(GRAPH.lastAsOf.map(Object::toString)).contains(expected);
    }

    @Test
    void eventsAreOneALine() {
        assertThat(Run.of(home, "events")).isEqualTo(new Run(0, """
                   SEQ  TIME                 EVENT                HOST              SUMMARY
                     1  2026-11-20 15:02:11  host-new             web-1             web-1 joined
                     2  2026-11-20 15:02:12  finding-opened       web-1             web-1 out of compliance: nist_V-38613 (high)
                """, ""));
        assertThat(Run.of(home, "events", "--after", "1").out()).doesNotContain("joined");
        assertThat(Run.of(home, "events", "--after", "2")).isEqualTo(new Run(0, "", "muster: no events\n"));
    }

    @Test
    void aQueryIsATableWithNumbersToTheRight() {
        GRAPH.answer = cypher -> new QueryResult(
                List.of("name", "n", "node"),
                List.of(
                        List.of(JSON.textNode("web-1"), JSON.numberNode(7), JSON.nullNode()),
                        List.of(
                                JSON.textNode("日本"),
                                JSON.numberNode(1234),
                                JSON.objectNode().put("a", 1))),
                Optional.of("more than 2 rows"));
        assertThat(Run.of(home, "query", "MATCH …")).isEqualTo(new Run(0, """
                name      n  node
                web-1     7  -
                日本   1234  {"a":1}
                """, """
                muster: 2 rows
                muster: the result is not whole: more than 2 rows
                """));
    }

    @Test
    void hostileValuesCannotLeaveTheirCell() {
        GRAPH.answer = cypher -> new QueryResult(
                List.of("a\u001b[2J"),
                List.of(List.of(JSON.textNode("\u001b]0;owned\u0007\r\nweb-9  up\t\u009b\u202e\u200b\ud800"))),
                Optional.empty());
        assertThat(Run.of(home, "query", "RETURN 1").out()).isEqualTo("""
                a\\x1b[2J
                \\x1b]0;owned\\x07\\r\\nweb-9  up\\t\\x9b\\u{202e}\\u{200b}\\u{d800}
                """);
    }

    @Test
    void parametersAreNumbersTruthValuesJsonOrText() {
        GRAPH.answer = cypher -> new QueryResult(List.of(), List.of(), Optional.empty());
        Run run = Run.of(
                home,
                "query",
                "RETURN 1",
                "--param",
                "a=7",
                "--param",
                "b=1.5",
                "--param",
                "c=true",
                "--param",
                "d=[1,\"x\"]",
                "--param",
                "e=web=1",
                "--param",
                "f=007x");
        assertThat(run).isEqualTo(new Run(0, "", "muster: 0 rows\n"));
        assertThat(GRAPH.lastParameters)
                .isEqualTo(Map.of("a", 7L, "b", 1.5, "c", true, "d", List.of(1L, "x"), "e", "web=1", "f", "007x"));
    }

    @Test
    void aParameterThatIsBrokenJsonIsAUsageError() {
        Run run = Run.of(home, "query", "RETURN 1", "--param", "a=[1,");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("muster: the value of --param a begins like JSON and is none");
    }

    @Test
    void statusIsReadableWholeAndInParts() {
        Run run = Run.of(home, "status");
        assertThat(run.out())
                .contains("hosts          2 total, 2 up, 0 down, 0 agent died, 0 shut down\n")
                .contains("open findings  3 high, 1 medium, 40 low, 44 total\n")
                .contains(
                        "               certificate sha256:\n               " + api.api.certificateFingerprint() + "\n")
                .contains("last commit: 2026-11-20 15:02:11 (1 min ago)\n");
        assertThat(Run.of(home, "status", "--only", "mail")).isEqualTo(new Run(0, """
                to             ops@example.org
                sends through  smtp.example.org:587
                """, ""));
        assertThat(Run.of(home, "status", "--only", "x")).isEqualTo(new Run(1, "", """
                muster: the collector's status has no part "x"
                  do:    One of: version, api, hosts, open_findings, graph, delivery, mail, agents.
                """));
    }

    @Test
    void anEnrolmentTokenComesWithTheLineThatUsesIt() {
        assertThat(Run.of(home, "enroll", "token", "--uses", "3", "--expires", "2h"))
                .isEqualTo(new Run(0, """
                tok-123
                printf %s tok-123 | muster-agent enrol --collector 192.0.2.7:1984 --key AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= --token-file - --start
                """, """
                muster: for 3 hosts, until 2026-11-20 17:03; it is not shown again
                muster: the second line is for each host, as root, once the package muster-agent is installed there
                muster: it must then show the collector's key as 6c5e-cdc2
                muster: the collector has other addresses, too: [2001:db8::7]:1984; --collector chooses
                """));
        assertThat(Run.of(home, "enroll", "token", "--collector", "[2001:db8::7]:1984")
                        .out())
                .contains("--collector '[2001:db8::7]:1984' --key");
        assertThat(Run.of(home, "enroll", "token", "--collector", "x;reboot").exitCode())
                .isEqualTo(2);
        assertThat(Run.of(home, "enrol", "token", "--quiet")).isEqualTo(new Run(0, "tok-123\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosts", "host web-1", "facts web-1 os", "findings", "events", "query X", "status"})
    void jsonIsTheAnswerOfTheApi(String command) throws Exception {
        Run run = Run.of(home, (command + " --json").split(" "));
        JsonNode json = ApiClient.JSON.readTree(run.out());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(json.isObject()).isTrue();
        assertThat(Run.of(home, ("--json " + command).split(" "))).isEqualTo(run);
    }

    @Test
    void aRefusalIsPassedOn() {
        assertThat(Run.of(home, "host", "web-9")).isEqualTo(new Run(1, "", """
                muster: There is no host "web-9".
                  do:    Did you mean web-1? "muster hosts" lists all; a host appears when its agent was let in.
                """));
        assertThat(Run.of(home, "facts", "web-1", "x/../y").exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "hosts --nope",
                "host",
                "facts web-1",
                "enroll",
                "events --after x",
                "query X --param a"
            })
    void whatIsWronglyWrittenExitsWithTwo(String command) {
        Run run = Run.of(home, command.isEmpty() ? new String[0] : command.split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "hosts --help", "query -h", "enroll token --help", "--version"})
    void helpGoesToStandardOutput(String command) {
        Run run = Run.of(home, command.split(" "));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isNotBlank();
        assertThat(run.err()).isEmpty();
    }
}
