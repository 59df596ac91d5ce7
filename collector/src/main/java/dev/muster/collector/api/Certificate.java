package dev.muster.collector.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The collector's self-made certificate and its private key. Made once by the runtime's own {@code keytool}, because the JDK has no public
 * API that makes certificates; clients pin it, so that it needs no authority.
 */
final class Certificate {
    static final String FILE = "api.crt";
    static final String KEY_FILE = "api.p12";
    static final String PASSWORD_FILE = "api.p12.password";

    private static final String ALIAS = "api";
    private static final int PASSWORD_BYTES = 24;

    /** Ten years: it is replaced by deleting the file, not by a date that nobody has in mind. */
    private static final int VALIDITY_DAYS = 3650;

    /** It takes one second; a machine that is out of entropy or of processor time may need more. */
    private static final int KEYTOOL_SECONDS = 60;

    private static final int MAX_OUTPUT_BYTES = 4 << 10;

    private final SSLContext context;
    private final String fingerprint;

    private Certificate(SSLContext context, String fingerprint) {
        this.context = context;
        this.fingerprint = fingerprint;
    }

    SSLContext context() {
        return context;
    }

    /** SHA-256 over the DER form, upper-case hex with colons, as openssl prints it. */
    String fingerprint() {
        return fingerprint;
    }

    static Certificate loadOrMake(Path home, String hostName, SecureRandom random) {
        Path keyFile = home.resolve(KEY_FILE);
        Path passwordFile = home.resolve(PASSWORD_FILE);
        try {
            if (!Files.exists(keyFile)) {
                make(keyFile, passwordFile, hostName, random);
            }
            return load(keyFile, Files.readString(passwordFile).strip(), home.resolve(FILE));
        } catch (IOException | GeneralSecurityException unusable) {
            throw new ApiException(
                    "cannot use the API's certificate " + keyFile + " with the password in " + passwordFile + " ("
                            + unusable
                            + "). Delete both and start again to have a new one made; clients then need its new "
                            + FILE,
                    unusable);
        }
    }

    private static Certificate load(Path keyFile, String password, Path certificateFile)
            throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyFile)) {
            keys.load(in, password.toCharArray());
        }
        if (!(keys.getCertificate(ALIAS) instanceof X509Certificate certificate)) {
            throw new IOException("it holds no certificate \"" + ALIAS + "\"");
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        ApiFiles.write(certificateFile, pem(certificate), ApiFiles.ALL_READ);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return new Certificate(
                context, HexFormat.ofDelimiter(":").formatHex(hash).toUpperCase(Locale.ROOT));
    }

    private static void make(Path keyFile, Path passwordFile, String hostName, SecureRandom random) throws IOException {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        // The password first: a key file whose password was never written would be of no use.
        ApiFiles.write(passwordFile, password + "\n", ApiFiles.OWNER_ONLY);
        Path made = keyFile.resolveSibling(KEY_FILE + ".new");
        Files.deleteIfExists(made);
        runKeytool(keytool(made, passwordFile, hostName));
        Files.setPosixFilePermissions(made, ApiFiles.OWNER_ONLY);
        Files.move(made, keyFile, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<String> keytool(Path keyFile, Path passwordFile, String hostName) {
        boolean usableName = hostName.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
        String name = usableName ? hostName : "localhost";
        String names = "san=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1";
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-sigalg", "SHA256withECDSA", "-validity", Integer.toString(VALIDITY_DAYS)));
        command.addAll(List.of("-dname", "CN=" + (name.length() > 64 ? "muster" : name) + ", O=Muster collector"));
        command.addAll(List.of("-ext", usableName && !name.equals("localhost") ? names + ",dns:" + name : names));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", keyFile.toString()));
        // From the file, since arguments are seen by every process of the machine.
        command.addAll(List.of("-storepass:file", passwordFile.toString()));
        return command;
    }

    private static void runKeytool(List<String> command) throws IOException {
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        keytool.getOutputStream().close();
        try {
            String said = new String(keytool.getInputStream().readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
            if (!keytool.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("keytool did not end within " + KEYTOOL_SECONDS + " s");
            }
            if (keytool.exitValue() != 0) {
                throw new IOException("keytool failed: " + said.strip().replaceAll("\\p{Cntrl}+", " "));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool ran", stopped);
        } finally {
            keytool.destroyForcibly();
        }
    }

    private static String pem(X509Certificate certificate) throws GeneralSecurityException {
        Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        return "-----BEGIN CERTIFICATE-----\n" + lines.encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
