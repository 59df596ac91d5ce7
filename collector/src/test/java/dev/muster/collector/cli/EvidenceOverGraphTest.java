package dev.muster.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.collector.api.EventFeed;
import dev.muster.collector.api.FakeGraph;
import dev.muster.collector.api.FakeKeyring;
import dev.muster.collector.api.HttpApi;
import dev.muster.collector.api.RunningApi;
import dev.muster.collector.apply.Apply;
import dev.muster.collector.apply.ApplyConfig;
import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Judge;
import dev.muster.collector.apply.Outcome;
import dev.muster.collector.evidence.Notary;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Waiver;
import dev.muster.collector.rules.Catalogue;
import dev.muster.collector.rules.ParameterValues;
import dev.muster.collector.rules.Profiles;
import dev.muster.collector.rules.RuleSource;
import dev.muster.collector.rules.Rulebook;
import dev.muster.protocol.message.CanonicalJson;
import dev.muster.protocol.message.FactsHash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What an administrator hands to an auditor, and what that one does with it: command, API, rules, apply and graph, all real. */
@ResourceLock(TestGraph.LOCK)
final class EvidenceOverGraphTest {
    private static final Rulebook RULES = Rulebook.load(
            Catalogue.shipped(),
            List.of(new RuleSource("proc_sys/rules.yaml", Optional.of("proc_sys"), """
                    - id: forward
                      title: The kernel forwards nothing
                      category: networking
                      severity: medium
                      when: "true"
                      check: facts["net.ipv4.ip_forward"] == 0
                      missing: na
                      why: A server is no router.
                      fix: sysctl -w net.ipv4.ip_forward=0
                      refs: [A 1]
                      profile: base
                    """)),
            Profiles.everywhere(Set.of("base")),
            ParameterValues.NONE);

    private static final Instant NOW = FakeGraph.T;

    @TempDir
    private Path home;

    private final TestGraph test = TestGraph.empty();
    private Apply apply;
    private HttpApi api;
    private Notary notary;

    @BeforeEach
    void start() {
        EventFeed feed = new EventFeed(test.graph().reads());
        apply = Apply.start(
                test.graph(),
                Judge.of(RULES.set()),
                ApplyConfig.DEFAULT,
                MusterOverGraphTest.surroundings(() -> NOW, new SecureRandom(), feed));
        notary = RunningApi.notary(home, test.graph().reads(), RULES);
        var commands = new HttpApi.Commands(apply, apply, new FakeKeyring(), notary);
        api = RunningApi.start(home, test.graph().reads(), commands, RULES, feed);
    }

    @AfterEach
    void stop() {
        api.close();
        apply.close();
        test.close();
    }

    @Test
    void whatAnAdministratorHandsOutAnAuditorVerifies() throws Exception {
        HostId web = enrol("web-1");
        report(web, 1);
        report(enrol("db-1"), 0);
        Path first = home.resolve("first.tar");
        Path second = home.resolve("second.tar");

        Run created = Run.of(home, "evidence", "create", "--all", "--out", first.toString());
        assertThat(created.err())
                .contains("muster evidence verify --key " + notary.key().fingerprint());
        assertThat(created.exitCode()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first)))
                .isEqualTo("rw-------");
        var scope = new Waiver.Scope(Optional.of("web-*"), Optional.empty(), Optional.empty());
        give(new Input.Waive("forward", scope, "a lab machine", "eve", NOW.plus(Duration.ofDays(30))));
        Run again = Run.of(home, "--json", "evidence", "create", "--host", "web-*", "--out", second.toString());
        assertThat(again.exitCode()).as(again.err()).isZero();
        JsonNode made = ApiClient.JSON.readTree(again.out());
        assertThat(made.path("key").asText()).isEqualTo(notary.key().fingerprint());
        assertThat(made.path("checkpoint").asText())
                .isEqualTo(notary.last().orElseThrow().hash());
        api.close();

        Path pem = Files.writeString(home.resolve("evidence.pub"), notary.key().pem());
        Run whole =
                Run.of(Map.of(), OptionalInt.empty(), "evidence", "verify", first.toString(), "--key", pem.toString());
        assertThat(whole.exitCode()).as(whole.out()).isZero();
        assertThat(whole.out())
                .contains("signed by    " + notary.key().fingerprint() + "\n", "hosts        2, of 2\n")
                .contains("verdicts     2, 2 judged again\n", "All of it holds.");
        String checkpoint = whole.out().replaceAll("(?s).*the last +([0-9a-f]{64}).*", "$1");
        Run part = Run.of(
                home,
                "--json",
                "evidence",
                "verify",
                second.toString(),
                "--checkpoint",
                checkpoint,
                "--key",
                notary.key().fingerprint().replace("-", ""));
        JsonNode found = ApiClient.JSON.readTree(part.out());
        assertThat(part.exitCode()).as(part.out()).isZero();
        assertThat(found.path("pinned").asBoolean()).isTrue();
        assertThat(found.path("hosts").asInt()).isEqualTo(1);
        assertThat(found.path("waivers").asInt()).isEqualTo(1);
        assertThat(found.at("/checkpoints/hosts").asInt()).isEqualTo(2);
    }

    @Test
    void aChangedByteAndWhatCannotBeDoneAreTold() throws Exception {
        report(enrol("web-1"), 1);
        Path file = home.resolve("bundle.tar");
        assertThat(Run.of(home, "evidence", "create", "--all", "--out", file.toString())
                        .exitCode())
                .isZero();

        Run exists = Run.of(home, "evidence", "create", "--all", "--out", file.toString());
        assertThat(exists.exitCode()).isEqualTo(2);
        assertThat(Run.of(home, "evidence", "create", "--out", home.resolve("x").toString())
                        .exitCode())
                .isEqualTo(2);
        Run nobody = Run.of(
                home,
                "evidence",
                "create",
                "--host",
                "nobody",
                "--out",
                home.resolve("x").toString());
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(home.resolve("x")).doesNotExist();
        assertThat(Run.of(home, "evidence", "verify", home.resolve("x").toString())
                        .exitCode())
                .isEqualTo(2);
        assertThat(Run.of(home, "evidence", "verify", file.toString(), "--key", "no-such-file")
                        .exitCode())
                .isEqualTo(2);
        assertThat(Run.of(home, "evidence", "verify", file.toString(), "--key", "00".repeat(16))
                        .exitCode())
                .isEqualTo(1);

        for (String pin : List.of("--key", "--checkpoint")) {
            Run blank = Run.of(home, "evidence", "verify", file.toString(), pin, "");
            assertThat(blank.exitCode()).isEqualTo(2);
            assertThat(blank.err()).contains(pin + " is empty");
        }
        Run unpinned = Run.of(home, "--json", "evidence", "verify", file.toString());
        assertThat(unpinned.out()).contains("\"pinned\":false");

        byte[] bytes = Files.readAllBytes(file);
        bytes[600] ^= 1;
        Files.write(file, bytes);
        Run changed = Run.of(home, "evidence", "verify", file.toString());
        assertThat(changed.exitCode()).isEqualTo(1);
        assertThat(changed.out()).contains("PROBLEM  part rules.json.gz was changed");
        assertThat(changed.err()).contains("the evidence does not hold");
    }

    private HostId enrol(String name) throws Exception {
        Outcome.TokenCreated token = give(new Input.CreateToken(1, NOW.plus(Duration.ofHours(1))));
        var attributes = new HostAttributes(List.of(name), List.of("192.0.2.1"), "ab", "Debian 13", "0.1.0", "boot");
        Outcome.Enrolment outcome = give(
                new Input.Enrol("cHVi" + name, "key-" + name, attributes, "192.0.2.1", Optional.of(token.token())));
        return ((Outcome.Enrolment.Trusted) outcome).host();
    }

    private void report(HostId host, int forward) throws Exception {
        String json = "{\"net.ipv4.ip_forward\":" + forward + "}";
        String hash = FactsHash.of(
                        1,
                        dev.muster.protocol.message.FactsStatus.OK,
                        List.of(),
                        List.of(),
                        CanonicalJson.parse(json.getBytes(StandardCharsets.UTF_8)))
                .hex();
        var data = JsonNodeFactory.instance.objectNode().put("net.ipv4.ip_forward", forward);
        var facts = new Facts(
                InstanceKey.unnamed("proc_sys"),
                1,
                FactsStatus.OK,
                List.of(),
                List.of(),
                List.of(),
                data,
                NOW,
                Duration.ofMillis(5),
                hash);
        give(new Input.FactsRecord(host, "00112233445566778899aabbccddeeff", 1, 1, facts));
    }

    private <R extends Outcome> R give(Input<R> input) throws Exception {
        return apply.offer(input).orElseThrow().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
