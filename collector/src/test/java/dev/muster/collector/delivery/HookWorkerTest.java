package dev.muster.collector.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.MemoryOutbox;
import dev.muster.collector.model.Outbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real scripts, run as the collector runs them. */
final class HookWorkerTest {
    private static final Instant T = Instant.parse("2026-11-20T14:02:11Z");
    private static final HostId WEB_3 = new HostId(UUID.fromString("019353c1-9a40-7cc4-8a70-5a1c2f0e8d11"));

    @TempDir
    private Path folder;

    private final MemoryOutbox outbox = new MemoryOutbox();
    private Path hooks;
    private Path seen;
    private long seq;

    @BeforeEach
    void makeFolders() throws IOException {
        hooks = Files.createDirectory(folder.resolve("notification.d"));
        seen = folder.resolve("seen");
    }

    private HookWorker worker(Duration timeout) {
        var config = new HookConfig(hooks, timeout, Map.of("EMAILDESTS", "ann@example.org bob@example.org"));
        var worker = new HookWorker(config, outbox, () -> T, Alarm.of(() -> T));
        worker.pass();
        return worker;
    }

    private HookWorker worker() {
        return worker(Duration.ofMinutes(1));
    }

    private Path hook(String name, String body) throws IOException {
        Path hook = Files.writeString(hooks.resolve(name), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void happens(EventType type, String host, ObjectNode detail) {
        seq++;
        var event = new Event(seq, T, type, Optional.of(WEB_3), host, host + " did something", detail);
        outbox.add(new Outbox.Row("hooks-" + seq, Outbox.HOOKS, List.of(event), T, 0));
    }

    private static ObjectNode finding() {
        ObjectNode detail = JsonNodeFactory.instance.objectNode();
        detail.putObject("rule")
                .put("id", "nist_V-38528")
                .put("title", "Packets with impossible addresses are logged")
                .put("category", "security")
                .put("severity", "low")
                .put("fix", "sysctl -w net.ipv4.conf.all.log_martians=1");
        detail.putObject("evidence")
                .put("wanted", "facts[…] == 1")
                .putArray("reads")
                .addObject()
                .put("path", "net.ipv4.conf.all.log_martians")
                .put("value", 0);
        return detail;
    }

    private String seen() throws IOException {
        return Files.readString(seen);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "FINDING_OPENED, warn Drone",
        "FINDING_CLEARED, unwarn Drone",
        "FINDING_WAIVED, unwarn Drone",
        "HOST_SHUT_DOWN, down Drone",
        "HOST_UP, up Drone",
        "HOST_NEW, create Drone"
    })
    void tellsWhatHappenedInTwoArguments(EventType type, String arguments) throws IOException {
        hook("10-note", "echo \"$# $1 $2\" >" + seen);
        happens(type, "web-3", finding());
        worker();
        assertThat(seen()).isEqualTo("2 " + arguments + "\n");
        assertThat(HookWorker.events()).contains(type);
    }

    @Test
    void givesTheEventInVariablesAndAsJson() throws IOException {
        hook("10-note", "{ env | sort; echo; cat; } >" + seen);
        happens(EventType.FINDING_OPENED, "web-3", finding());
        worker();
        assertThat(seen())
                .contains(
                        "ASSIM_designation=web-3\n",
                        "ASSIM_ruleid=nist_V-38528\n",
                        "ASSIM_category=security\n",
                        "ASSIM_severity=low\n",
                        "MUSTER_FOUND=net.ipv4.conf.all.log_martians = 0\n",
                        "EMAILDESTS=ann@example.org bob@example.org\n",
                        "\"hostName\" : \"web-3\"")
                .doesNotContain("HOME=", "JAVA_HOME=");
    }

    /** A hook that keeps tickets closes this one, and can tell that nothing was mended. */
    @Test
    void aWaivedFindingEndsItsWarningAndSaysWhy() throws IOException {
        hook("10-note", "echo \"$1 $MUSTER_EVENT $ASSIM_reason $ASSIM_ruleid\" >" + seen);
        happens(EventType.FINDING_WAIVED, "web-3", finding());
        worker();
        assertThat(seen()).isEqualTo("unwarn finding-waived waived nist_V-38528\n");
    }

    @Test
    void runsAllInTheOrderOfTheirNamesAndEachEventOnce() throws IOException {
        hook("20-second", "echo second $MUSTER_SEQ >>" + seen);
        hook("10-first.sh", "echo first $MUSTER_SEQ >>" + seen);
        hook("30-backup~", "echo never >>" + seen);
        Files.setPosixFilePermissions(
                hook("40-off", "echo never >>" + seen), PosixFilePermissions.fromString("rw-r--r--"));
        happens(EventType.HOST_UP, "web-3", finding());
        happens(EventType.HOST_SHUT_DOWN, "web-3", finding());
        HookWorker worker = worker();
        worker.pass();
        assertThat(seen()).isEqualTo("first 1\nsecond 1\nfirst 2\nsecond 2\n");
        assertThat(worker.status().hooks()).containsExactly("10-first.sh", "20-second");
        assertThat(worker.status().runs()).isEqualTo(4);
        assertThat(outbox.pending()).isEmpty();
    }

    @Test
    void namesAHookThatFailsAndRunsTheNext() throws IOException {
        hook("10-fails", "echo because of this >&2; exit 7");
        hook("20-works", "echo works >" + seen);
        happens(EventType.HOST_UP, "web-3", finding());
        HookWorker worker = worker();
        assertThat(seen()).isEqualTo("works\n");
        assertThat(worker.status().lastFailure()).contains("10-fails: exit status 7: because of this");
        assertThat(outbox.pending()).isEmpty();
    }

    @Test
    void killsAHookThatHangsWithAllThatItStarted() throws IOException {
        hook("10-hangs", "sleep 1000 & echo $! >" + seen + "; wait");
        happens(EventType.HOST_UP, "web-3", finding());
        HookWorker worker = worker(Duration.ofSeconds(2));
        assertThat(worker.status().lastFailure()).contains("10-hangs: killed after 2 s");
        long child = Long.parseLong(seen().strip());
        await().until(() ->
                ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void survivesAHookThatPrintsWithoutEndAndOneThatReadsNothing() throws IOException {
        hook("10-prints", "head -c 20000000 /dev/zero | tr '\\0' x; exit 1");
        hook("20-deaf", "exec <&-; echo ok >" + seen);
        ObjectNode large = finding().put("filler", "x".repeat(500_000));
        happens(EventType.FINDING_OPENED, "web-3", large);
        HookWorker worker = worker();
        assertThat(worker.status().lastFailure().orElseThrow()).hasSizeLessThan(5_000);
        assertThat(seen()).isEqualTo("ok\n");
    }

    @ParameterizedTest(name = "mode {0}")
    @ValueSource(strings = {"rwxrwxr-x", "rwxr-xrwx"})
    void refusesAHookThatOthersMayWrite(String mode) throws IOException {
        Files.setPosixFilePermissions(hook("10-open", "echo never >" + seen), PosixFilePermissions.fromString(mode));
        happens(EventType.HOST_UP, "web-3", finding());
        HookWorker worker = worker();
        assertThat(seen).doesNotExist();
        assertThat(worker.status().refused())
                .singleElement()
                .asString()
                .contains("10-open", "writable by group or others");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"$(touch CANARY)", "`touch CANARY`", "a;touch CANARY", "x\ny\u001b[31m\u202e", "'\"\\"})
    void hostileNamesStayWords(String name) throws IOException {
        Path canary = folder.resolve("canary");
        hook("10-note", "printf '%s' \"$ASSIM_designation\" >" + seen);
        happens(EventType.HOST_UP, name.replace("CANARY", canary.toString()), finding());
        worker();
        assertThat(canary).doesNotExist();
        assertThat(seen()).isNotEmpty().matches("[^\\p{Cntrl}\\u202e]*");
    }

    @Test
    void boundsEachVariable() throws IOException {
        hook("10-note", "printf '%s' \"$ASSIM_title\" | wc -c >" + seen);
        ObjectNode detail = finding();
        ((ObjectNode) detail.path("rule")).put("fix", "ü".repeat(100_000));
        happens(EventType.FINDING_OPENED, "ü".repeat(100_000), detail);
        HookCall call = HookCall.of(new Event(
                        1,
                        T,
                        EventType.FINDING_OPENED,
                        Optional.of(WEB_3),
                        "ü".repeat(100_000),
                        "ü".repeat(9_000),
                        detail))
                .orElseThrow();
        assertThat(call.variables().values())
                .allSatisfy(value ->
                        assertThat(value.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(4_096));
        worker();
        assertThat(outbox.pending()).isEmpty();
    }

    /** The script that is shipped, and one that knows nothing but the contract of the reference; recorders stand for the mail programs. */
    @ParameterizedTest(name = "{0} by {1}")
    @CsvSource({
        "muster, mail",
        "muster, mailx",
        "muster, mutt",
        "reference, mail",
        "reference, mailx",
        "reference, mutt"
    })
    void hooksOfBothContractsMail(String contract, String program) throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path recorder = Files.writeString(
                bin.resolve(program), "#!/bin/sh\n{ printf '<%s>' \"$@\"; echo; cat; } >>" + seen + "\n");
        Files.setPosixFilePermissions(recorder, PosixFilePermissions.fromString("rwxr-xr-x"));
        String script = contract.equals("muster")
                ? Files.readString(Path.of("..", "packaging", "notification.d", "10-mail"))
                : REFERENCE_CONTRACT;
        hook("10-mail", "PATH=" + bin + ":$PATH\n" + script);
        happens(EventType.FINDING_OPENED, "web-3", finding());
        happens(EventType.FINDING_CLEARED, "web-3", finding());
        if (contract.equals("muster")) {
            happens(EventType.FINDING_WAIVED, "web-3", finding());
        }
        happens(EventType.HOST_SHUT_DOWN, "web-3", JsonNodeFactory.instance.objectNode());
        happens(EventType.HOST_UP, "web-3", JsonNodeFactory.instance.objectNode());
        var environment = Map.of(
                "EMAILDESTS", "ann@example.org bob@example.org",
                "RETURNADDR", "muster@example.org",
                "EMAIL_METHOD", program + "_email");
        var worker = new HookWorker(
                new HookConfig(hooks, Duration.ofMinutes(1), environment), outbox, () -> T, Alarm.of(() -> T));
        worker.pass();
        assertThat(worker.status().lastFailure()).isEmpty();
        String rule = "nist_V-38528 Packets with impossible addresses are logged (low)>";
        List<String> subjects = contract.equals("muster")
                ? List.of(
                        "<[muster] web-3 out of compliance: " + rule,
                        "<[muster] web-3 back in compliance: " + rule,
                        "<[muster] web-3 was shut down>",
                        "<[muster] web-3 is up>")
                : List.of(
                        "<web-3 breaks nist_V-38528 of security>",
                        "<web-3 keeps nist_V-38528 of security again>",
                        "<web-3 is down: HBSHUTDOWN>",
                        "<web-3 is up: >");
        assertThat(seen()).contains(subjects).contains("<ann@example.org><bob@example.org>", "nist_V-38528");
    }

    private static final String REFERENCE_CONTRACT = """
            verb=$1 kind=$2
            [ "$kind" = Drone ] || exit 0
            case $verb in
              warn) subject="$ASSIM_designation breaks $ASSIM_ruleid of $ASSIM_category" ;;
              unwarn) subject="$ASSIM_designation keeps $ASSIM_ruleid of $ASSIM_category again" ;;
              up | down) subject="$ASSIM_designation is $ASSIM_status: $ASSIM_reason" ;;
              *) exit 0 ;;
            esac
            case $EMAIL_METHOD in
              mail_email) cat | mail -r "$RETURNADDR" -s "$subject" $EMAILDESTS ;;
              mailx_email) cat | mailx -r "$RETURNADDR" -s "$subject" $EMAILDESTS ;;
              mutt_email) cat | mutt -e "set from=$RETURNADDR" -s "$subject" -- $EMAILDESTS ;;
            esac
            """;
}
