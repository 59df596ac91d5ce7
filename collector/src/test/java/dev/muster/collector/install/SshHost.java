package dev.muster.collector.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * A host that is reached by a real sshd on a port of this machine, for this user; what runs there finds none of this machine's package
 * managers or services, but small scripts that keep what is installed in the folder {@code state}.
 */
final class SshHost implements AutoCloseable {
    private static final List<String> TOOLS = List.of(
            "sh", "cat", "cut", "df", "dirname", "find", "grep", "head", "id", "rm", "sed", "tail", "test", "touch",
            "true", "uname", "wc", "timeout", "setsid");

    private static final Map<String, String> FAKES = Map.of(
            "service",
            "grep SigIgn /proc/self/status >>\"$STATE/ignored\"\n[ -e \"$STATE/fails\" ] || touch \"$STATE/running\"\n",
            "dpkg-query",
            """
            for package; do :; done
            if [ "$package" = dpkg ]; then printf 1.22; elif [ -e "$STATE/installed" ]; then printf 'installed %s' "$(cat "$STATE/installed")"; fi
            """,
            "dpkg",
            """
            case $1 in
              --print-architecture) cat "$STATE/architecture" ;;
              --compare-versions) [ "$2" = 9 ] ;;
              *) exit 1 ;;
            esac
            """,
            "apt-get",
            """
            if [ -e "$STATE/locked" ]; then
              echo "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process $(cat "$STATE/locked") (apt-get)"
              exit 100
            fi
            if [ -e "$STATE/full" ]; then echo "dpkg: error: cannot copy extracted data: No space left on device"; exit 100; fi
            if [ -e "$STATE/broken" ]; then echo "E: Unmet dependencies"; exit 100; fi
            grep SigIgn /proc/self/status >>"$STATE/ignored"
            echo $PPID >"$STATE/at-apt"
            while [ -e "$STATE/wait" ]; do /bin/sleep 0.1; done
            echo run >>"$STATE/apt-runs"
            cat "$STATE/next" >"$STATE/installed"
            """,
            "muster-agent",
            """
            case "$*" in
              status) [ -e "$STATE/running" ] ;;
              'status --json') printf '{"host":"h","fingerprint":"6c5e-cdc2-e708-fd4a-e853","collector":{"trust":"%s","reason":"%s"}}' none 'no answer' ;;
              'enrol --show') cat "$STATE/standing" 2>/dev/null ;;
              enrol*)
                echo "$*" >>"$STATE/enrolments"
                case "$*" in *'--token-file -'*) cat >"$STATE/token" ;; esac
                printf 'key=%s\\ncollectors=%s\\nenrolled=yes\\n' "$5" "$3" >"$STATE/standing"
                ;;
            esac
            """,
            "systemctl",
            "grep SigIgn /proc/self/status >>\"$STATE/ignored\"\n[ -e \"$STATE/fails\" ] || touch \"$STATE/running\"\n",
            "journalctl",
            "printf 'ERROR event=boom \\033[31mred\\n'\n",
            "sudo",
            """
            case "$*" in
              '-n true') echo 'sudo: a password is required' >&2; exit 1 ;;
              "-k -S -p "*)
                IFS= read -r password
                if [ "$password" != secret ]; then echo 'sudo: 1 incorrect password attempt' >&2; exit 1; fi
                shift 4
                exec "$@"
                ;;
              *) exit 1 ;;
            esac
            """,
            "sleep",
            "");

    private final Path folder;
    private final int port;
    private final Process sshd;

    private SshHost(Path folder, int port, Process sshd) {
        this.folder = folder;
        this.port = port;
        this.sshd = sshd;
    }

    /** Skips the test where OpenSSH is not installed; in CI it fails. */
    static void needOpenSsh() {
        if (!"true".equals(System.getenv("CI"))) {
            Assumptions.assumeTrue(
                    Stream.of("/usr/sbin/sshd", "/usr/bin/ssh", "/usr/bin/ssh-keygen", "/usr/bin/mktemp")
                            .allMatch(tool -> Files.isExecutable(Path.of(tool))),
                    "needs sshd, ssh, ssh-keygen");
        }
    }

    static SshHost start(Path folder) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path state = Files.createDirectories(folder.resolve("state"));
        Files.writeString(state.resolve("architecture"), "amd64\n");
        for (String tool : TOOLS) {
            script(bin.resolve(tool), "exec /usr/bin/" + tool + " \"$@\"\n");
        }
        for (var fake : FAKES.entrySet()) {
            script(bin.resolve(fake.getKey()), "STATE='" + state + "'\n" + fake.getValue());
        }
        script(bin.resolve("mktemp"), "exec /usr/bin/mktemp -d '" + folder + "/muster-install.XXXXXXXX'\n");
        for (String key : List.of("host", "other-host", "user", "other-user")) {
            keygen(folder.resolve(key));
        }
        Files.copy(folder.resolve("user.pub"), folder.resolve("authorized_keys"));
        int port = freePort();
        Files.writeString(folder.resolve("sshd_config"), """
                Port %d
                ListenAddress 127.0.0.1
                HostKey %s/host
                PidFile none
                UsePAM no
                StrictModes no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                AuthorizedKeysFile %s/authorized_keys
                PermitRootLogin prohibit-password
                PermitUserEnvironment no
                Banner %s/banner
                # No start-up file of this user's shell may come between.
                SetEnv HOME=%s
                ForceCommand PATH='%s' exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"
                """.formatted(port, folder, folder, folder, folder, bin));
        Process sshd = new ProcessBuilder(
                        "/usr/sbin/sshd",
                        "-D",
                        "-e",
                        "-f",
                        folder.resolve("sshd_config").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sshd.log").toFile())
                .start();
        var host = new SshHost(folder, port, sshd);
        Awaitility.await().until(() -> {
            assertThat(sshd.isAlive())
                    .as(Files.readString(folder.resolve("sshd.log")))
                    .isTrue();
            return accepts(port);
        });
        host.knownAs("host");
        host.config("user");
        return host;
    }

    /** What ssh believes about it. */
    void knownAs(String key) throws IOException {
        String[] words = Files.readString(folder.resolve(key + ".pub")).split(" ", -1);
        Files.writeString(
                folder.resolve("known_hosts"), "[127.0.0.1]:" + port + " " + words[0] + " " + words[1] + "\n");
    }

    void unknown() throws IOException {
        Files.deleteIfExists(folder.resolve("known_hosts"));
    }

    /** By which key one logs in. */
    void config(String identity) throws IOException {
        Files.writeString(config(), """
                Host gone
                  HostName 127.0.0.1
                  Port 1
                Host nowhere
                  HostName nowhere.invalid
                Host *
                  HostName 127.0.0.1
                  Port %d
                  IdentityFile %s/%s
                  IdentitiesOnly yes
                  UserKnownHostsFile %s/known_hosts
                  GlobalKnownHostsFile /dev/null
                  HashKnownHosts no
                """.formatted(port, folder, identity, folder));
    }

    /** What its sshd says before a login. */
    void banner(String text) throws IOException {
        Files.writeString(folder.resolve("banner"), text);
    }

    /** A configuration in which it is reached by way of itself. */
    Path jumping() throws IOException {
        Path file = folder.resolve("ssh_config_jumping");
        Files.writeString(
                file,
                "Host web-1\n  ProxyCommand ssh -F %s -W 127.0.0.1:%d jump\n%s"
                        .formatted(config(), port, Files.readString(config())));
        return file;
    }

    Path config() {
        return folder.resolve("ssh_config");
    }

    /** A file by which the scripts know how things are there. */
    Path state(String name) {
        return folder.resolve("state").resolve(name);
    }

    void state(String name, String content) throws IOException {
        Files.writeString(state(name), content);
    }

    /** Another answer of a tool, or a tool that was not there. */
    void tool(String name, String script) throws IOException {
        Files.deleteIfExists(folder.resolve("bin").resolve(name));
        script(folder.resolve("bin").resolve(name), script);
    }

    /** Lives by packages of the kind rpm, and has that package manager for them, or rpm alone. */
    void livesByRpm(String manager) throws IOException {
        String install = "printf '%s\\n' \"" + manager + " $*\" >>'" + state("manager") + "'\ncat '" + state("next")
                + "' >'" + state("installed") + "'\n";
        tool("dpkg-query", "exit 1\n");
        tool("rpm", """
                case "$*" in
                  '-q rpm') ;;
                  --eval*) echo x86_64 ;;
                  '-q --qf'*) if [ -e '%s' ]; then cat '%s'; else echo 'package muster-agent is not installed'; exit 1; fi ;;
                  --upgrade*) %s ;;
                esac
                """.formatted(state("installed"), state("installed"), install));
        Files.delete(folder.resolve("bin/apt-get"));
        if (!manager.equals("rpm")) {
            tool(manager, install);
        }
    }

    String fingerprint() {
        return run("ssh-keygen", "-lf", folder.resolve("host.pub").toString()).split(" ", -1)[1];
    }

    /** As a cable that is cut: what runs on the host goes on. */
    void cutConnections() {
        List<ProcessHandle> sessions = sshd.descendants()
                .filter(each -> each.info().command().orElse("").contains("sshd"))
                .toList();
        assertThat(sessions).isNotEmpty();
        sessions.forEach(ProcessHandle::destroyForcibly);
    }

    /** Ends the processes of a session, as a system does whose user is gone. */
    void hangUp(long session) {
        run("sh", "-c", "kill -s HUP -- -" + session);
    }

    @Override
    public void close() {
        sshd.descendants().forEach(ProcessHandle::destroyForcibly);
        sshd.destroyForcibly();
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void keygen(Path file) {
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file.toString());
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String run(String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            try (InputStream out = process.getInputStream()) {
                String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).as(printed).isZero();
                return printed;
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
