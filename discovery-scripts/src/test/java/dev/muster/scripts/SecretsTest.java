package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every script over the files of its own samples with one secret wherever a host keeps some: what it prints is what the agent
 * sends, so it may be in no byte of that, nor of its complaints, which are sent when it fails.
 */
final class SecretsTest {
    private static final String SECRET = "Hunter2Zq8wPlanted";

    /** Where samples have a value that is one by the name before it, in a URL, a hash of crypt(5), or a private key. */
    private static final List<Map.Entry<Pattern, String>> PLACES = List.of(
            place("(?i)(\\b[a-z_.-]*(?:password|passwd|secret|token|bindpw)=)[^\\s\"'&,;\\x00\\\\]+", "$1" + SECRET),
            place("(?i)(\"[a-z_.-]*(?:password|passwd|secret|token)\" *: *\")[^\"\\\\]+", "$1" + SECRET),
            place("([a-z][a-z0-9+.-]*://[^\\s:@/\"'\\\\]+:)[^\\s@/\"'\\\\]+@", "$1" + SECRET + "@"),
            place("(\\$(?:1|2[aby]|5|6|7|y|gy)\\$)[^\\s:\"'\\\\]+", "$1" + SECRET),
            place("(pbkdf2\\.sha512\\.)[0-9A-Fa-f.]+", "$1" + "10000." + SECRET),
            place("(-----BEGIN [A-Z ]*PRIVATE KEY-----\\R)[^-]+", "$1" + SECRET + "\n"));

    @TempDir
    Path scratch;

    static Stream<Path> types() throws IOException {
        return Sample.types().stream().filter(type -> Files.exists(type.resolve("discover")));
    }

    @ParameterizedTest
    @MethodSource("types")
    void noScriptPrintsASecret(Path type) throws Exception {
        Path root = Files.createDirectory(scratch.resolve("root"));
        var samples = new HostileMaterial(Files.createDirectory(scratch.resolve("material"))).samplesOf(type);
        Shell.runTool(scratch, Shell.require("cp"), "-a", "--", samples.folder() + "/.", root.toString());
        plantInSamples(root);
        plantWhereHostsKeepThem(root);

        for (Shell shell : Shell.values()) {
            Shell.Run run = shell.run(
                    type.resolve("discover"),
                    Sample.MODULE.resolve("lib"),
                    root.toString(),
                    Files.createDirectory(scratch.resolve(shell.name())),
                    120,
                    List.of(),
                    parameters(type));
            assertThat(run.status()).as(run.complaints()).isIn(0, 3, 4, 5, 6);
            // Not what assertj would print of it: a megabyte.
            assertThat(printed(run).contains(SECRET))
                    .as(type + " prints " + around(printed(run)))
                    .isFalse();
        }
    }

    private static Map.Entry<Pattern, String> place(String pattern, String replacement) {
        return Map.entry(Pattern.compile(pattern), replacement);
    }

    private static String printed(Shell.Run run) {
        return new String(run.output().array(), StandardCharsets.ISO_8859_1) + run.complaints();
    }

    private static String around(String text) {
        int at = text.indexOf(SECRET);
        return at < 0 ? "nothing" : text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 60));
    }

    /** Parameters' own files are not where secrets are looked for. */
    private static Map<String, String> parameters(Path type) throws Exception {
        for (Sample sample : Sample.of(type)) {
            if (!sample.parameters().isEmpty()) {
                return sample.parameters();
            }
        }
        return Map.of();
    }

    private static void plantInSamples(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                String planted = text;
                for (var place : PLACES) {
                    planted = place.getKey().matcher(planted).replaceAll(place.getValue());
                }
                if (file.endsWith("cmdline") && !file.endsWith("proc/cmdline")) {
                    planted = commandLine(planted);
                }
                if (!planted.equals(text)) {
                    replace(file, planted);
                }
            }
        }
    }

    /** What users of programs that have no better way give them. */
    private static String commandLine(String program) {
        return String.join(
                "\0",
                program.split("\0", 2)[0],
                "--password=" + SECRET,
                "--api-key",
                SECRET,
                "-H",
                "Authorization: Bearer " + SECRET,
                "https://eve:" + SECRET + "@198.51.100.7/?token=" + SECRET,
                "");
    }

    private static void plantWhereHostsKeepThem(Path root) throws IOException {
        String hash = "$6$" + SECRET + "$" + SECRET + "/abc";
        String url = "https://eve:" + SECRET + "@198.51.100.7/";
        append(root, "etc/shadow", "old:" + hash + ":19000:0:99999:7:::\neve:" + SECRET + ":19000:0:99999:7:::\n");
        append(root, "etc/gshadow", "adm:" + hash + ":root:eve\n");
        append(root, "etc/passwd", "old:" + hash + ":1001:1001::/home/old:/bin/sh\n");
        append(root, "etc/group", "old:" + hash + ":1001:\n");
        append(root, "etc/fstab", "//nas/x /mnt cifs username=eve,password=" + SECRET + " 0 0\n");
        append(
                root,
                "proc/self/mountinfo",
                "930 1 0:26 / /mnt rw - cifs //nas/x rw,username=eve,password=" + SECRET + "\n");
        append(
                root,
                "proc/1/mountinfo",
                "930 1 0:26 / /mnt rw - cifs //nas/x rw,username=eve,password=" + SECRET + "\n");
        append(root, "proc/1/environ", "PASSWORD=" + SECRET + "\0");
        append(root, "proc/cmdline", " init_password=" + SECRET + "\n");
        append(root, "etc/environment", "http_proxy=" + url + "\nAPI_TOKEN=" + SECRET + "\n");
        append(root, "etc/profile.d/secret.sh", "export AWS_SECRET_ACCESS_KEY=" + SECRET + "\n");
        append(root, "etc/apt/sources.list", "deb " + url + " bookworm main\n");
        append(root, "etc/yum.repos.d/secret.repo", "[secret]\nname=x\nbaseurl=" + url + "\npassword=" + SECRET + "\n");
        append(root, "etc/apk/repositories", url + "\n");
        append(root, "etc/zypp/repos.d/secret.repo", "[secret]\nname=x\nbaseurl=" + url + "\n");
        append(root, "etc/docker/daemon.json.old", "{\"http-proxy\": \"" + url + "\"}\n");
        append(root, "etc/snmp/snmpd.conf", "rocommunity " + SECRET + "\n");
        append(root, "etc/pam.d/common-auth", "auth required pam_x.so bindpw=" + SECRET + " secret=" + SECRET + "\n");
        append(root, "etc/rsyslog.conf", "*.* :ommysql:db,syslog,eve," + SECRET + "\n");
        append(
                root,
                "etc/crontab",
                "1 2 * * * root mysqldump --password=" + SECRET + " x | curl -u eve:" + SECRET + " " + url + "\n");
        append(root, "etc/cron.d/backup", "1 2 * * * root borg create " + url + "::x --password=" + SECRET + "\n");
        append(root, "etc/chrony/chrony.keys", "1 SHA1 HEX:" + SECRET + "\n");
        append(root, "etc/sysctl.d/90-secret.conf", "net.ipv4.tcp_fastopen_key = " + SECRET + "\n");
        append(root, "root/.netrc", "machine x login eve password " + SECRET + "\n");
        append(root, "root/.bash_history", "mysql -p" + SECRET + "\n");
        append(
                root,
                "root/.ssh/id_secret",
                "-----BEGIN OPENSSH PRIVATE KEY-----\n" + SECRET + "\n-----END OPENSSH PRIVATE KEY-----\n");
        append(
                root,
                "etc/ssl/private/secret.key",
                "-----BEGIN PRIVATE KEY-----\n" + SECRET + "\n-----END PRIVATE KEY-----\n");
        append(root, "etc/ssh/sshd_config", "SetEnv API_TOKEN=" + SECRET + "\n");
        append(root, "boot/grub/grub.cfg", "password_pbkdf2 root grub.pbkdf2.sha512.10000." + SECRET + "\n");
        append(
                root,
                "etc/xinetd.d/secret",
                "service x\n{\n server_args = --password=" + SECRET + "\n env = PASSWORD=" + SECRET + "\n}\n");
        append(root, "etc/hosts.allow", "sshd: ALL: spawn /bin/mail -p " + SECRET + "\n");
    }

    /** Where a sample has something else in that place, it keeps it. */
    private static void append(Path root, String path, String text) throws IOException {
        Path file = root.resolve(path);
        for (Path above = file.resolveSibling(""); !above.equals(root); above = above.resolveSibling("")) {
            if (Files.exists(above, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
        }
        Files.createDirectories(file.resolveSibling(""));
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        String before = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        replace(file, before + (before.isEmpty() || before.endsWith("\n") ? "" : "\n") + text);
    }

    private static void replace(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    }
}
