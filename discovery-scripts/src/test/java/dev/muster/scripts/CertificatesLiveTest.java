package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares what certificates reads with what openssl reads: in certificates of each kind, and in those of all authorities that the system trusts. */
final class CertificatesLiveTest {
    private static final Path TRUSTED = Path.of("/usr/share/ca-certificates/mozilla");
    private static final Pattern ALGORITHM = Pattern.compile("Signature Algorithm: (\\S+)");
    private static final Pattern BITS = Pattern.compile("Public-Key: \\((\\d+) bit");
    private static final DateTimeFormatter OPENSSL_DATE =
            DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss yyyy 'GMT'", Locale.ROOT);

    @TempDir
    Path scratch;

    private Path folder = Path.of("");

    @BeforeEach
    void makeRoot() throws IOException {
        folder = Files.createDirectories(scratch.resolve("root/etc/x"));
    }

    @ParameterizedTest
    @EnumSource
    void readsEveryKindAsOpensslDoes(Shell shell) throws Exception {
        String name = "/C=DE/ST=K\u00f6ln/O=A, \"B\" <x>; y=z\\\\/OU= blank /CN=#first\u20ac";
        make("rsa", name, "rsa:1024", "-sha1");
        make("rsa-long", "/CN=a+OU=b/DC=c/UID=d/serialNumber=5", "rsa:4096", "-sha512");
        make("pss", "/emailAddress=a@example.org", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048");
        for (String curve : List.of("P-256", "P-384", "P-521", "secp256k1", "brainpoolP256r1", "secp224r1")) {
            make(curve, "/CN=" + curve, "ec", "-pkeyopt", "ec_paramgen_curve:" + curve);
        }
        make("ed25519", "/CN=ed", "ed25519");
        make("ed448", "/CN=ed", "ed448", "-days", "20000");
        make("wide", name, "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-config", stringsOf("MASK:0x800"));

        assertSameAsOpenssl(shell, 12);
    }

    @ParameterizedTest
    @EnumSource
    void readsTheAuthoritiesAsOpensslDoes(Shell shell) throws Exception {
        int count = 0;
        if (Files.isDirectory(TRUSTED)) {
            try (Stream<Path> files = Files.list(TRUSTED)) {
                for (Path file : files.toList()) {
                    Files.copy(file, folder.resolve(file.getFileName()));
                    count++;
                }
            }
        }
        assertSameAsOpenssl(shell, count);
    }

    /** With which of ASN.1's kinds of text names are written. */
    private String stringsOf(String mask) throws IOException {
        String config = "[req]\ndistinguished_name=dn\nstring_mask=" + mask + "\nprompt=no\n[dn]\nCN=x\n";
        return Files.writeString(scratch.resolve("config"), config).toString();
    }

    private void make(String file, String subject, String... key) throws Exception {
        var command = new ArrayList<>(List.of(Shell.require("openssl"), "req", "-x509", "-nodes", "-utf8"));
        command.addAll(List.of(
                "-multivalue-rdn",
                "-subj",
                subject,
                "-keyout",
                folder.resolve(file + ".key").toString()));
        command.addAll(List.of("-out", folder.resolve(file + ".pem").toString(), "-newkey"));
        command.addAll(List.of(key));
        var run = Shell.runTool(scratch, command.toArray(String[]::new));
        assertThat(run.status()).as(run.complaints()).isZero();
    }

    private void assertSameAsOpenssl(Shell shell, int count) throws Exception {
        Shell.Run run = shell.run(
                Sample.MODULE.resolve("certificates").resolve("discover"),
                Sample.MODULE.resolve("lib"),
                scratch.resolve("root").toString(),
                scratch,
                60,
                List.of(),
                Map.of("MUSTER_PATHS", "/etc"));
        assertThat(run.complaints()).isEmpty();
        JsonNode certificates = FactsAssert.parse(run.text()).path("certs");
        assertThat(certificates).hasSize(count);
        for (JsonNode certificate : certificates) {
            assertSame(
                    certificate,
                    scratch.resolve("root" + certificate.path("path").asText()));
        }
    }

    private void assertSame(JsonNode certificate, Path file) throws Exception {
        String said = opensslSays(file);
        assertThat(certificate.path("subject").asText()).isEqualTo(after(said, "subject="));
        assertThat(certificate.path("issuer").asText()).isEqualTo(after(said, "issuer="));
        assertThat(certificate.path("not_after").asText()).isEqualTo(minute(after(said, "notAfter=")));
        var algorithm = ALGORITHM.matcher(said);
        assertThat(algorithm.find()).isTrue();
        assertThat(certificate.path("sig_alg").asText()).isEqualTo(algorithm.group(1));
        var bits = BITS.matcher(said);
        if (bits.find()) {
            assertThat(certificate.path("key_bits").asText()).isEqualTo(bits.group(1));
        } else {
            assertThat(certificate.path("key_type").asText()).startsWith("ED");
        }
    }

    private String opensslSays(Path file) throws Exception {
        var command = new ArrayList<>(List.of(Shell.require("openssl"), "x509", "-in", file.toString(), "-noout"));
        command.addAll(List.of("-nameopt", "RFC2253,-esc_msb", "-subject", "-issuer", "-enddate", "-text"));
        var run = Shell.runTool(scratch, command.toArray(String[]::new));
        assertThat(run.status()).as(run.complaints()).isZero();
        return run.text();
    }

    private static String after(String said, String label) {
        return said.lines()
                .filter(line -> line.startsWith(label))
                .findFirst()
                .orElseThrow()
                .substring(label.length());
    }

    private static String minute(String opensslDate) {
        return ZonedDateTime.of(LocalDateTime.parse(opensslDate, OPENSSL_DATE), ZoneOffset.UTC)
                .format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm'Z'", Locale.ROOT));
    }
}
