package dev.muster.collector.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Map;

/**
 * Where the collector is, what proves that it is the one, and what proves that we may ask.
 *
 * @param foundBy what named the address, for messages
 * @param token a secret, left out of {@link #toString()}
 */
record Connection(URI url, String foundBy, String token, X509Certificate certificate) {
    /** Where the installed collector leaves its address, token and certificate. */
    static final String DEFAULT_HOME = "/var/lib/muster/collector/api";

    /** No address, token or certificate is larger. */
    private static final int MAX_FILE_BYTES = 64 << 10;

    /** Options go before the environment, the environment before the collector's own files. */
    static Connection find(GlobalOptions options, Map<String, String> environment) {
        Path home = Path.of(given(environment.getOrDefault("MUSTER_API_HOME", ""), DEFAULT_HOME));
        Path token = Path.of(given(options.tokenFile, home.resolve("api.token").toString()));
        Path certificate =
                Path.of(given(options.certificate, home.resolve("api.crt").toString()));
        String fromEnvironment = environment.getOrDefault("MUSTER_API", "");
        if (!options.url.isEmpty()) {
            return new Connection(url(options.url, "--url"), "--url", token(token), certificate(certificate));
        }
        if (!fromEnvironment.isEmpty()) {
            return new Connection(
                    url(fromEnvironment, "MUSTER_API"), "MUSTER_API", token(token), certificate(certificate));
        }
        Path file = home.resolve("api.url");
        String address = read(file, "the collector's address").strip();
        return new Connection(url(address, file.toString()), file.toString(), token(token), certificate(certificate));
    }

    @Override
    public String toString() {
        return url + " (from " + foundBy + ")";
    }

    private static String given(String value, String otherwise) {
        return value.isEmpty() ? otherwise : value;
    }

    private static URI url(String text, String foundBy) {
        try {
            URI url = URI.create(text.strip().replaceFirst("/+$", ""));
            if ("https".equals(url.getScheme()) && url.getHost() != null && url.getRawQuery() == null) {
                return url;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // Told below, with what an address looks like.
        }
        throw new CliException(
                CliException.USAGE,
                "not an address of a collector: " + text.strip(),
                foundBy,
                "Give one such as https://muster.example.org:1985.");
    }

    private static String token(Path file) {
        String token = read(file, "the access token").strip();
        // What cannot stand in an HTTP header is no token, and must not get into one.
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw unreachable("this file holds no access token", file, "Copy api.token from the collector again.");
        }
        return token;
    }

    private static X509Certificate certificate(Path file) {
        String pem = read(file, "the collector's certificate");
        try (InputStream bytes = new java.io.ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))) {
            if (CertificateFactory.getInstance("X.509").generateCertificate(bytes) instanceof X509Certificate x509) {
                return x509;
            }
        } catch (CertificateException | IOException noCertificate) {
            // Told below.
        }
        throw unreachable("this file holds no certificate", file, "Copy api.crt from the collector again.");
    }

    private static String read(Path file, String what) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_FILE_BYTES), StandardCharsets.UTF_8);
        } catch (AccessDeniedException denied) {
            throw unreachable(
                    "you may not read " + what,
                    file,
                    "Run muster as root or as a member of the group that owns the file, or name your own copy with --token-file.");
        } catch (IOException missing) {
            throw unreachable(
                    "cannot find " + what,
                    file,
                    "On the collector's host, start the collector: it writes this file. Elsewhere, copy api.url, api.token and api.crt"
                            + " from the collector into a folder and set MUSTER_API_HOME to it, or give --url, --token-file and --certificate.");
        }
    }

    private static CliException unreachable(String what, Path file, String remedy) {
        return new CliException(CliException.NOT_REACHABLE, what, file.toString(), remedy);
    }
}
