package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the effective settings of sshd, and what Match blocks change, with what sshd -T says of the same files. */
final class SshdLiveTest {
    /** Its parts are given beside it, and sshd does not say it at all. */
    private static final Pattern DERIVED = Pattern.compile("(maxstartups|rekeylimit)_.*|debianbanner");

    private static final Set<String> WORDS =
            Set.of("authorizedkeysfile", "authenticationmethods", "permitopen", "permitlisten", "channeltimeout");
    private static final Pattern INCLUDE = Pattern.compile("(?im)^([ \t]*include[ \t=]+\"?)/etc/ssh/");

    private static final String ODD = """
            # as nobody writes it
            PORT=2222
            port "2200"
            \tpermitRootLogin\tprohibit-password
            PermitRootLogin yes
              LogLevel = verbose   # a comment
            ClientAliveInterval 1m30s
            LoginGraceTime 0
            MaxAuthTries 3
            MaxStartups 5
            rekeylimit 1G 1h
            AllowUsers alice bob@10.0.0.0/8
            AllowUsers "carol"
            DenyGroups a b\tc
            AuthenticationMethods publickey,publickey publickey
            AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%u
            ListenAddress 127.0.0.1
            ListenAddress [::1]:2022
            AcceptEnv LANG LC_*
            AcceptEnv X
            Banner "/etc/issue net"
            Subsystem sftp internal-sftp -l INFO
            PermitOpen localhost:80 10.0.0.1:*
            PermitListen 8080
            X11Forwarding YES
            Compression delayed
            GatewayPorts clientspecified
            IgnoreRhosts shosts-only
            ChallengeResponseAuthentication no
            Ciphers aes256-ctr,aes128-ctr
            PubkeyAcceptedKeyTypes ssh-ed25519,rsa-sha2-512
            PermitUserEnvironment LANG,LC_*
            StreamLocalBindMask 077
            ForceCommand /bin/echo "a b"   c
            VersionAddendum some thing
            UseDNS yes
            PermitTunnel point-to-point
            SyslogFacility authpriv
            IPQoS af21 cs1
            """;

    private static final String INCLUDES = """
            Include /etc/ssh/sshd_config.d/*.conf
            Include extra
            PasswordAuthentication yes
            KbdInteractiveAuthentication no
            Match all
                X11Forwarding yes
            Match User alice,bob Address 10.0.0.0/8
                Include /etc/ssh/inside
                PasswordAuthentication yes
            Match Group nobody-is-in-it
                PermitRootLogin yes
            Match LocalPort 2222 Host *.example.org
                AllowTcpForwarding local
                ForceCommand /bin/true
            Match user alice
                MaxSessions 2
                PasswordAuthentication no
            """;

    private static final Map<String, String> BESIDE = Map.of(
            "etc/ssh/sshd_config.d/10-first.conf", "PasswordAuthentication no\nPermitRootLogin no\n",
            "etc/ssh/sshd_config.d/20-second.conf", "passwordauthentication yes\nMaxAuthTries 2\n",
            "etc/ssh/sshd_config.d/30-third", "MaxAuthTries 1\n",
            "etc/ssh/extra", "UsePAM no\nInclude /etc/ssh/none*\nMatch user zoe\n X11Forwarding no\n",
            "etc/ssh/inside", "AllowAgentForwarding no\nMatch Address 10.1.*\n GatewayPorts yes\n");

    @TempDir
    Path scratch;

    static Stream<Arguments> configurations() {
        return Stream.of("", ODD, ODD.replace("\n", "\r\n"), INCLUDES, "Include /etc/ssh/sshd_config.d/*.conf\n" + ODD)
                .flatMap(text -> Stream.of(Shell.values()).map(shell -> Arguments.of(text, shell)));
    }

    /** A connection, and which of the blocks of INCLUDES it fits, in the order in which the script lists them. */
    static Stream<Arguments> connections() {
        return Stream.of(
                Arguments.of("user=carol,host=h,addr=192.0.2.1,laddr=192.0.2.2,lport=22", List.of(1)),
                Arguments.of("user=alice,host=h,addr=192.0.2.1,laddr=192.0.2.2,lport=22", List.of(1, 6)),
                Arguments.of("user=bob,host=h,addr=10.2.3.4,laddr=192.0.2.2,lport=22", List.of(1, 2)),
                Arguments.of(
                        "user=alice,host=a.example.org,addr=10.1.3.4,laddr=192.0.2.2,lport=2222",
                        List.of(1, 2, 3, 5, 6)),
                Arguments.of("user=zoe,host=a.example.org,addr=10.1.3.4,laddr=192.0.2.2,lport=2222", List.of(0, 1, 5)));
    }

    @BeforeEach
    void sshdAnswers() throws Exception {
        Shell.require("sshd");
        assumeTrue("root".equals(System.getProperty("user.name")), "only root reads the keys of the host");
        assertThat(Path.of("/run/sshd")).as("sshd says nothing without it").isDirectory();
    }

    @Test
    void saysOfThisMachineWhatSshdSays() throws Exception {
        var facts = Live.facts("sshd", Shell.DASH, scratch);
        var expected =
                settings(Shell.runTool(scratch, Shell.require("sshd"), "-T").complaints());

        facts.path("other")
                .properties()
                .forEach(other -> assertThat(expected.remove(other.getKey()))
                        .isEqualTo(List.of(other.getValue().asText().split("\n", -1))));
        assertThat(flat(facts)).isEqualTo(expected);
        assertThat(facts.path("test_ok").asBoolean()).isTrue();
    }

    @ParameterizedTest(name = "[{index}] under {1}")
    @MethodSource("configurations")
    void saysOfAConfigurationWhatSshdSays(String configuration, Shell shell) throws Exception {
        Path root = build(configuration);
        Shell.Run said = sshd();
        Files.writeString(Files.createDirectory(root.resolve(".tools")).resolve("sshd-T"), said.complaints());

        assertThat(flat(facts(root, shell))).isEqualTo(settings(said.complaints()));
    }

    /** Where sshd is not asked: nothing that is wrong, and nothing missing that the files say. */
    @ParameterizedTest(name = "[{index}] under {1}")
    @MethodSource("configurations")
    void readsInTheFilesWhatSshdReads(String configuration, Shell shell) throws Exception {
        Path root = build(configuration);
        var expected = settings(sshd().complaints());

        var found = flat(facts(root, shell));

        assertThat(expected).containsAllEntriesOf(found);
        assertThat(found).hasSizeGreaterThan(50);
        var names = new TreeMap<>(Map.of("challengeresponseauthentication", "kbdinteractiveauthentication"));
        names.put("pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms");
        for (String line : configuration.split("\r?\n", -1)) {
            String keyword = line.strip().split("[ \t=]", 2)[0].toLowerCase(Locale.ROOT);
            String name = names.getOrDefault(keyword, keyword);
            if (!keyword.equals("match") && expected.containsKey(name)) {
                assertThat(found).containsKey(name);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("connections")
    void aMatchBlockSaysWhatHoldsForAConnection(String connection, List<Integer> blocks) throws Exception {
        Path root = build(INCLUDES);
        var base = settings(sshd().complaints());
        var expected = settings(sshd(connection).complaints());

        var match = facts(root, Shell.DASH).path("match");

        assertThat(match).hasSize(7);
        var overridden = new TreeMap<String, List<String>>();
        for (int block : blocks) {
            match.get(block)
                    .path("settings")
                    .properties()
                    .forEach(setting -> overridden.putIfAbsent(
                            setting.getKey(), List.of(setting.getValue().asText())));
        }
        base.putAll(overridden);
        assertThat(base).isEqualTo(expected);
    }

    @Test
    void ofAConfigurationThatSshdRefusesTheRestStands() throws Exception {
        Path root =
                build("Port 22\nPermitRootLogin maybe\nUseLogin yes\nNonsense 1\nMatch User a\n X11Forwarding no\n");
        Shell.Run said = sshd();
        assertThat(said.status()).isNotZero();
        Files.writeString(Files.createDirectory(root.resolve(".tools")).resolve("sshd-T"), said.complaints());

        Shell.Run run = run(root, Shell.DASH);

        assertThat(run.status()).isEqualTo(6);
        var facts = FactsAssert.parse(run.text());
        assertThat(facts.path("test_ok").asBoolean(true)).isFalse();
        assertThat(facts.path("_errors").toString()).contains("sshd_config line 2: unsupported option \\\"maybe\\\"");
        assertThat(facts.path("_denied").toString()).contains("effective", "match");
        assertThat(facts.path("dead_options").toString()).isEqualTo("[\"uselogin\"]");
        assertThat(facts.path("files").toString()).isEqualTo("[\"/etc/ssh/sshd_config\"]");
    }

    /** The files for the script, and a copy for sshd, which knows no root folder. */
    private Path build(String configuration) throws IOException {
        Path root = scratch.resolve("sample");
        write(root.resolve("etc/ssh/sshd_config"), configuration);
        for (var file : BESIDE.entrySet()) {
            write(root.resolve(file.getKey()), file.getValue());
        }
        Path copy = Files.createDirectory(scratch.resolve("copy"));
        Sample.copy(root, copy);
        for (String name : List.of("sshd_config", "extra")) {
            Path file = copy.resolve("etc/ssh").resolve(name);
            String text = Files.readString(file).replace("Include extra", "Include /etc/ssh/extra");
            Files.writeString(file, INCLUDE.matcher(text).replaceAll("$1" + copy + "/etc/ssh/"));
        }
        return root;
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.resolveSibling("x").toAbsolutePath().getParent());
        Files.writeString(file, text);
    }

    private Shell.Run sshd() throws IOException, InterruptedException {
        // sshd insists on one where there is a Match, and this one fits none.
        return sshd("user=muster-nobody,host=muster.invalid,addr=192.0.2.255,laddr=192.0.2.255,lport=1");
    }

    private Shell.Run sshd(String connection) throws IOException, InterruptedException {
        Path file = scratch.resolve("copy/etc/ssh/sshd_config");
        return Shell.runTool(scratch, Shell.require("sshd"), "-T", "-f", file.toString(), "-C", connection);
    }

    private JsonNode facts(Path root, Shell shell) throws Exception {
        return FactsAssert.parse(run(root, shell).text());
    }

    private Shell.Run run(Path root, Shell shell) throws Exception {
        Shell.Run run = shell.run(
                Sample.MODULE.resolve("sshd/discover"),
                Sample.MODULE.resolve("lib"),
                root.toString(),
                Files.createDirectories(scratch.resolve("scratch")),
                30,
                List.of());
        assertThat(run.complaints()).isEmpty();
        return run;
    }

    /** Keyword and values in what sshd -T prints. */
    private static Map<String, List<String>> settings(String printed) {
        var settings = new TreeMap<String, List<String>>();
        printed.lines().filter(line -> line.matches("[a-z][a-z0-9]+ .*")).forEach(line -> {
            String[] parts = line.split(" ", 2);
            settings.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(parts[1]);
        });
        settings.computeIfPresent(
                "listenaddress", (_, all) -> all.stream().sorted().toList());
        return settings;
    }

    private static Map<String, List<String>> flat(JsonNode facts) {
        var settings = new TreeMap<String, List<String>>();
        for (var setting : facts.path("effective").properties()) {
            String keyword = setting.getKey();
            if (!DERIVED.matcher(keyword).matches()) {
                settings.put(keyword, values(keyword, setting.getValue()));
            }
        }
        return settings;
    }

    private static List<String> values(String keyword, JsonNode value) {
        if (!value.isArray()) {
            return List.of(value.asText());
        }
        var texts = value.valueStream().map(JsonNode::asText).toList();
        if (WORDS.contains(keyword)) {
            return List.of(String.join(" ", texts));
        }
        boolean isOneLine = keyword.matches("ciphers|macs|.*algorithms");
        return isOneLine ? List.of(String.join(",", texts)) : texts;
    }
}
