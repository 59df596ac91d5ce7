package dev.muster.collector.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateTest {
    @TempDir
    Path home;

    private Certificate make(String hostName) {
        return Certificate.loadOrMake(home, hostName, new SecureRandom());
    }

    private X509Certificate written() throws Exception {
        try (InputStream pem = Files.newInputStream(home.resolve("api.crt"))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    @Test
    void isAnEllipticOneForThisMachine() throws Exception {
        make("muster.example.org");
        X509Certificate certificate = written();
        assertThat(((ECPublicKey) certificate.getPublicKey())
                        .getParams()
                        .getCurve()
                        .getField()
                        .getFieldSize())
                .isEqualTo(256);
        assertThat(certificate.getSubjectAlternativeNames().stream().map(name -> name.get(1)))
                .isEqualTo(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "muster.example.org"));
    }

    @Test
    void staysTheSameUntilItIsDeleted() throws Exception {
        String first = make("a").fingerprint();
        assertThat(make("b").fingerprint()).isEqualTo(first);
        Files.delete(home.resolve("api.p12"));
        assertThat(make("a").fingerprint()).isNotEqualTo(first);
    }

    @Test
    void aHostileHostNameIsLeftOut() throws Exception {
        make("x,dns:evil.example.org -ext san=dns:evil");
        assertThat(written().getSubjectAlternativeNames()).hasSize(3);
        assertThat(written().getSubjectX500Principal().getName()).contains("CN=localhost");
    }

    @Test
    void aKeyWithoutItsPasswordSaysWhatToDelete() throws Exception {
        make("a");
        Files.writeString(home.resolve("api.p12.password"), "wrong-password\n");
        assertThatThrownBy(() -> make("a"))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("Delete both and start again");
    }
}
