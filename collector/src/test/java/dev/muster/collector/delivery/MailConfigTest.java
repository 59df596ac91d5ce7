package dev.muster.collector.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.collector.delivery.MailConfig.Addresses;
import dev.muster.collector.delivery.MailConfig.DigestLimit;
import dev.muster.collector.delivery.MailConfig.Login;
import dev.muster.collector.delivery.MailConfig.Security;
import dev.muster.collector.delivery.MailConfig.Server;
import dev.muster.collector.delivery.MailConfig.Timeouts;
import dev.muster.collector.settings.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MailConfigTest {
    private static MailConfig read(String json) throws JsonProcessingException {
        return MailConfig.read(new ObjectMapper().readTree(json.replace('\'', '"')));
    }

    @Test
    void needsOnlyHostFromAndTo() throws Exception {
        MailConfig config = read("{'host':'mx.example.org','from':'muster@example.org','to':'ops@example.org'}");

        assertThat(config.server()).isEqualTo(new Server("mx.example.org", 587, Security.STARTTLS, Optional.empty()));
        assertThat(config.login()).isEmpty();
        assertThat(config.addresses())
                .isEqualTo(new Addresses("muster@example.org", Optional.empty(), List.of("ops@example.org")));
        assertThat(config.digest()).isEqualTo(new DigestLimit(20, Duration.ofMinutes(10)));
        assertThat(config.timeouts()).isEqualTo(MailConfig.STANDARD_TIMEOUTS);
    }

    @Test
    void readsEveryKey() throws Exception {
        MailConfig config = read(
                "{'host':'mx.example.org','port':2465,'security':'tls','user':'muster','password':'s3cret',"
                        + "'from':'muster@example.org','reply-to':'team@example.org','to':['a@example.org','b@example.org'],"
                        + "'digest-mails':5,'digest-window':'1h','connect-timeout':'3s','read-timeout':'30s','send-timeout':'2m'}");

        assertThat(config)
                .isEqualTo(new MailConfig(
                        new Server("mx.example.org", 2465, Security.TLS, Optional.empty()),
                        Optional.of(new Login("muster", "s3cret")),
                        new Addresses(
                                "muster@example.org",
                                Optional.of("team@example.org"),
                                List.of("a@example.org", "b@example.org")),
                        new DigestLimit(5, Duration.ofHours(1)),
                        new Timeouts(Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ofMinutes(2))));
    }

    @Test
    void readsThePasswordFromAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "s3cret\n");

        MailConfig config = read("{'host':'h','user':'u','password-file':'" + file
                + "','from':'muster@example.org','to':'ops@example.org'}");

        assertThat(config.login()).contains(new Login("u", "s3cret"));
    }

    @Test
    void showsThePasswordToNobody() throws Exception {
        MailConfig config =
                read("{'host':'h','user':'u','password':'s3cret','from':'muster@example.org','to':'ops@example.org'}");

        assertThat(config.toString()).contains("user=u").doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|mail.host: missing",
                "{'hots':'h'}|mail.hots: unknown key; did you mean host?",
                "{'smtp':'h'}|mail.smtp: unknown key; known are ca-file, connect-timeout, digest-mails,",
                "{'host':'h h'}|mail.host: not a host name or address",
                "{'host':'h','port':0}|mail.port: expected a whole number from 1 to 65535",
                "{'host':'h','port':'587'}|mail.port: expected a whole number",
                "{'host':'h','security':'startls'}|mail.security: expected one of none, starttls, tls; did you mean starttls?",
                "{'host':'h','ca-file':'/nowhere/ca.pem'}|mail.ca-file: cannot be read: /nowhere/ca.pem",
                "{'host':'h','password':'s3cret'}|mail.user: missing, though there is a password",
                "{'host':'h','user':'u'}|mail.password: give either password or password-file with user",
                "{'host':'h','user':'u','password-file':'/nowhere/pw'}|mail.password-file: cannot be read: /nowhere/pw",
                "{'host':'h','user':'u','password':'s3cret','security':'none'}|mail.security: none would send the password in the clear",
                "{'host':'h','to':'a@b.c'}|mail.from: missing",
                "{'host':'h','from':'muster'}|mail.from: expected an address like ops@example.org",
                "{'host':'h','from':'Muster <m@b.c>'}|mail.from: expected an address like ops@example.org",
                "{'host':'h','from':'m@b.c\\r\\nBcc: x@y.z'}|mail.from: control characters are not allowed",
                "{'host':'h','from':'m@b.c'}|mail.to: missing",
                "{'host':'h','from':'m@b.c','to':[1]}|mail.to: expected a list of texts",
                "{'host':'h','from':'m@b.c','to':['a@b.c\\r\\nDATA']}|mail.to: expected an address like ops@example.org",
                "{'host':'h','from':'m@b.c','to':['a@b.c, d@e.f']}|mail.to: expected an address like ops@example.org",
                "{'host':'h','from':'m@b.c','to':'a@b.c','digest-window':'10'}|mail.digest-window: expected a number and a unit",
                "{'host':'h','from':'m@b.c','to':'a@b.c','read-timeout':'1d'}|mail.read-timeout: from 1s to 10m",
            })
    void saysWhichKeyIsWrongAndHow(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void takesNoPasswordFileOfAnySize(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "x".repeat(5_000));

        assertThatThrownBy(() -> read("{'host':'h','user':'u','password-file':'" + file + "'}"))
                .hasMessageStartingWith("mail.password-file: holds no password, or too much for one");
    }
}
