package dev.muster.collector.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.muster.collector.delivery.MailConfig.Addresses;
import dev.muster.collector.delivery.MailConfig.Login;
import dev.muster.collector.delivery.MailConfig.Security;
import dev.muster.collector.delivery.MailConfig.Server;
import dev.muster.collector.delivery.MailConfig.Timeouts;
import dev.muster.collector.delivery.MailSender.Answered;
import dev.muster.collector.delivery.MailSender.NoService;
import dev.muster.collector.delivery.MailSender.Outcome;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
final class SmtpSenderTest {
    private static final String ANN = "ann@example.org";
    private static final String BOB = "bob@example.org";
    private static final Timeouts SHORT =
            new Timeouts(Duration.ofSeconds(5), Duration.ofMillis(400), Duration.ofSeconds(10));
    private static final Timeouts PATIENT =
            new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20));

    @TempDir
    static Path folder;

    private static TestCertificate certificate;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = TestCertificate.make(folder, "ip:127.0.0.1");
        // Where GreenMail looks for its key; its own names no host, so nobody could check it.
        System.setProperty("greenmail.tls.keystore.file", certificate.keyStore().toString());
        System.setProperty("greenmail.tls.keystore.password", TestCertificate.PASSWORD);
    }

    private static MailConfig config(int port, Security security, Optional<Login> login, Timeouts timeouts) {
        Optional<Path> ca = security == Security.NONE ? Optional.empty() : Optional.of(certificate.pem());
        return new MailConfig(
                new Server("127.0.0.1", port, security, ca),
                login,
                new Addresses("muster@example.org", Optional.of("team@example.org"), List.of(ANN, BOB)),
                MailConfig.STANDARD_DIGEST,
                timeouts);
    }

    private static SmtpSender plain(int port, Timeouts timeouts) {
        return new SmtpSender(config(port, Security.NONE, Optional.empty(), timeouts));
    }

    private static RenderedMail mail(Event event) {
        return new MailRenderer("muster@example.org", MailConfig.STANDARD_DIGEST)
                .render(List.of(Samples.row("r", event)));
    }

    private static Outcome send(SmtpSender sender) {
        try {
            return sender.send(mail(Samples.opened()), Set.of(ANN, BOB));
        } finally {
            sender.rest();
        }
    }

    private static Answered all() {
        return new Answered(Set.of(ANN, BOB), Map.of(), Map.of());
    }

    private static GreenMail greenMail(String protocol) {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", protocol));
        server.start();
        return server;
    }

    @Test
    void mailArrivesWhole() throws Exception {
        GreenMail server = greenMail("smtp");
        try {
            assertThat(send(plain(server.getSmtp().getPort(), PATIENT))).isEqualTo(all());

            MimeMessage[] received = server.getReceivedMessages();
            assertThat(received).hasSize(2);
            MimeMessage message = received[0];
            RenderedMail rendered = mail(Samples.opened());
            assertThat(message.getSubject()).isEqualTo(rendered.subject());
            assertThat(message.getMessageID()).isEqualTo(rendered.messageId());
            assertThat(message.getSentDate()).isEqualTo(Date.from(Samples.OPENED));
            assertThat(message.getFrom()).containsExactly(new InternetAddress("muster@example.org"));
            assertThat(message.getReplyTo()).containsExactly(new InternetAddress("team@example.org"));
            assertThat(message.getRecipients(RecipientType.TO))
                    .containsExactly(new InternetAddress(ANN), new InternetAddress(BOB));
            assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
            var mixed = (MimeMultipart) message.getContent();
            var both = (MimeMultipart) mixed.getBodyPart(0).getContent();
            assertThat(both.getContentType()).startsWith("multipart/alternative");
            assertThat(both.getBodyPart(0).getContent().toString().replace("\r\n", "\n"))
                    .isEqualTo(rendered.text());
            assertThat(both.getBodyPart(1).getContentType()).startsWith("text/html");
            assertThat(both.getBodyPart(1).getContent().toString().replace("\r\n", "\n"))
                    .isEqualTo(rendered.html());
            assertThat(mixed.getBodyPart(1).getFileName()).isEqualTo("event-4711.json");
            assertThat(mixed.getBodyPart(1).getContentType()).startsWith("application/json");
            byte[] json = mixed.getBodyPart(1).getInputStream().readAllBytes();
            assertThat(new String(json, StandardCharsets.US_ASCII).replace("\r\n", "\n"))
                    .isEqualTo(rendered.json());
        } finally {
            server.stop();
        }
    }

    @Test
    void clearingIsInTheThreadOfTheOpening() throws Exception {
        GreenMail server = greenMail("smtp");
        try {
            SmtpSender sender = plain(server.getSmtp().getPort(), PATIENT);
            sender.send(mail(Samples.opened()), Set.of(ANN));
            sender.send(mail(Samples.cleared()), Set.of(ANN));
            sender.rest();

            MimeMessage[] received = server.getReceivedMessages();
            assertThat(received).hasSize(2);
            assertThat(received[1].getHeader("In-Reply-To")).containsExactly(received[0].getMessageID());
            assertThat(received[1].getHeader("References")).containsExactly(received[0].getMessageID());
        } finally {
            server.stop();
        }
    }

    @Test
    void nonAsciiSubjectsAreEncodedAndHostileNamesAddNoHeader() throws Exception {
        try (var server = new SmtpStub(line -> null)) {
            Event event = Samples.event(
                    1, Samples.OPENED, EventType.FINDING_OPENED, "wéb\r\nBcc: evil@example.org", Samples.martians(0));
            SmtpSender sender = plain(server.port(), PATIENT);
            sender.send(mail(event), Set.of(ANN));
            sender.rest();

            String raw = server.mails.getFirst();
            String head = raw.substring(0, raw.indexOf("\n\n"));
            assertThat(head).contains("Subject: =?UTF-8?").doesNotContain("\nBcc:");
            assertThat(head).matches("\\p{ASCII}*");
            assertThat(head.lines().map(String::length)).allMatch(length -> length <= 200);
        }
    }

    @Test
    void loginOverTlsIsAcceptedAndAWrongPasswordIsNoRefusalOfTheMail() {
        GreenMail server = greenMail("smtps");
        try {
            server.setUser(ANN, "muster", "s3cret");
            int port = server.getSmtps().getPort();

            assertThat(send(new SmtpSender(
                            config(port, Security.TLS, Optional.of(new Login("muster", "s3cret")), PATIENT))))
                    .isEqualTo(all());
            Outcome wrong = send(
                    new SmtpSender(config(port, Security.TLS, Optional.of(new Login("muster", "wr0ng")), PATIENT)));
            assertThat(wrong).isInstanceOf(NoService.class);
            assertThat(wrong.toString()).contains("login refused").doesNotContain("wr0ng");
        } finally {
            server.stop();
        }
    }

    @Test
    void switchesToTlsBeforeItSaysWho() throws Exception {
        try (var server = new SmtpStub(line -> null, Optional.of(certificate.context()))) {
            var login = Optional.of(new Login("muster", "s3cret"));

            assertThat(send(new SmtpSender(config(server.port(), Security.STARTTLS, login, PATIENT))))
                    .isEqualTo(all());
            assertThat(server.commands).containsSubsequence("STARTTLS", "(tls)");
            List<String> clear = server.commands.subList(0, server.commands.indexOf("(tls)"));
            assertThat(clear).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
            assertThat(server.commands).anyMatch(line -> line.startsWith("AUTH PLAIN"));
        }
    }

    @Test
    void saysNothingInTheClearWhereTheServerHasNoTls() throws Exception {
        try (var server = new SmtpStub(line -> null)) {
            Outcome outcome = send(new SmtpSender(
                    config(server.port(), Security.STARTTLS, Optional.of(new Login("muster", "s3cret")), PATIENT)));

            assertThat(outcome).isInstanceOf(NoService.class);
            assertThat(server.commands).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
        }
    }

    @ParameterizedTest
    @CsvSource({"STARTTLS", "TLS"})
    void refusesACertificateOfAnotherName(Security security, @TempDir Path other) throws Exception {
        TestCertificate wrong = TestCertificate.make(other, "dns:mx.example.net");
        GreenMail tls = greenMail("smtps");
        try (var starttls = new SmtpStub(line -> null, Optional.of(wrong.context()))) {
            int port = security == Security.TLS ? tls.getSmtps().getPort() : starttls.port();
            // For TLS the server is named by its address, and asked for as localhost.
            String host = security == Security.TLS ? "localhost" : "127.0.0.1";
            Path ca = security == Security.TLS ? certificate.pem() : wrong.pem();
            var config = new MailConfig(
                    new Server(host, port, security, Optional.of(ca)),
                    Optional.empty(),
                    new Addresses("muster@example.org", Optional.empty(), List.of(ANN)),
                    MailConfig.STANDARD_DIGEST,
                    PATIENT);

            Outcome outcome = send(new SmtpSender(config));

            assertThat(outcome).isInstanceOf(NoService.class);
            assertThat(outcome.toString()).containsAnyOf("No name matching", "No subject alternative");
            assertThat(starttls.commands).noneMatch(line -> line.startsWith("MAIL"));
        } finally {
            tls.stop();
        }
    }

    @Test
    void refusesACertificateThatNobodyVouchesFor() throws Exception {
        try (var server = new SmtpStub(line -> null, Optional.of(certificate.context()))) {
            var config = new MailConfig(
                    new Server("127.0.0.1", server.port(), Security.STARTTLS, Optional.empty()),
                    Optional.empty(),
                    new Addresses("muster@example.org", Optional.empty(), List.of(ANN)),
                    MailConfig.STANDARD_DIGEST,
                    PATIENT);

            assertThat(send(new SmtpSender(config))).isInstanceOf(NoService.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"550, true", "553, true", "554, true", "552, true", "450, false", "451, false", "530, false"})
    void oneRecipientsRefusalIsItsOwn(String code, boolean permanent) throws Exception {
        try (var server = new SmtpStub(line -> line.startsWith("RCPT TO:<bob") ? code + " not bob" : null)) {
            var answered = (Answered) send(plain(server.port(), PATIENT));

            assertThat(answered.accepted()).containsExactly(ANN);
            assertThat(permanent ? answered.refused() : answered.deferred()).containsOnlyKeys(BOB);
            assertThat((permanent ? answered.refused() : answered.deferred()).get(BOB))
                    .contains(code + " not bob");
            assertThat(permanent ? answered.deferred() : answered.refused()).isEmpty();
            assertThat(server.mails).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RCPT, 550, true",
        "RCPT, 451, false",
        "DATA, 554, true",
        "DATA, 451, false",
        "., 554, true",
        "., 452, false"
    })
    void whatIsSaidOfTheMailHoldsForAllRecipients(String command, String code, boolean permanent) throws Exception {
        try (var server = new SmtpStub(line -> line.startsWith(command) ? code + " no" : null)) {
            var answered = (Answered) send(plain(server.port(), PATIENT));

            assertThat(answered.accepted()).isEmpty();
            assertThat(permanent ? answered.refused() : answered.deferred()).containsOnlyKeys(ANN, BOB);
            assertThat(server.mails).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 554", "'', 421", "EHLO, 421", "MAIL, 550", "MAIL, 530", "MAIL, 451"})
    void whatIsSaidOfUsIsNoRefusalOfTheMail(String command, String code) throws Exception {
        try (var server = new SmtpStub(line -> (command.isEmpty() ? line.isEmpty() : line.startsWith(command))
                ? code + " go away"
                : line.startsWith("HELO") ? "421 go away" : null)) {
            assertThat(send(plain(server.port(), PATIENT))).isInstanceOf(NoService.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "EHLO", "MAIL", "RCPT", "DATA", "."})
    void aServerThatHangsIsLeftAfterTheReadTimeout(String command) throws Exception {
        try (var server = new SmtpStub(
                line -> (command.isEmpty() ? line.isEmpty() : line.startsWith(command)) ? SmtpStub.HANG : null)) {
            assertThat(send(plain(server.port(), SHORT))).isInstanceOf(NoService.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "MAIL", "."})
    void aServerThatHangsUpIsNoRefusal(String command) throws Exception {
        try (var server = new SmtpStub(
                line -> (command.isEmpty() ? line.isEmpty() : line.startsWith(command)) ? SmtpStub.HANG_UP : null)) {
            assertThat(send(plain(server.port(), PATIENT))).isInstanceOf(NoService.class);
        }
    }

    @Test
    void aServerThatDripsIsLeftWhenTheWholeTimeIsUp() throws Exception {
        var timeouts = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMillis(700));
        try (var server = new SmtpStub(line -> line.startsWith("MAIL") ? SmtpStub.DRIP : null)) {
            assertThat(send(plain(server.port(), timeouts))).isInstanceOf(NoService.class);
        }
    }

    @Test
    void a250BeforeTheServerDiesCounts() throws Exception {
        try (var server = new SmtpStub(line -> line.equals(".") ? SmtpStub.THEN_HANG_UP + "250 queued" : null)) {
            assertThat(send(plain(server.port(), PATIENT))).isEqualTo(all());
        }
    }

    @Test
    void connectsAgainWhereTheServerHungUpBetweenMails() throws Exception {
        try (var server = new SmtpStub(line -> line.equals(".") ? SmtpStub.THEN_HANG_UP + "250 queued" : null)) {
            SmtpSender sender = plain(server.port(), PATIENT);

            assertThat(sender.send(mail(Samples.opened()), Set.of(ANN, BOB))).isEqualTo(all());
            assertThat(sender.send(mail(Samples.cleared()), Set.of(ANN, BOB))).isEqualTo(all());
            sender.rest();
        }
    }

    @Test
    void usesOneConnectionForSeveralMails() throws Exception {
        try (var server = new SmtpStub(line -> null)) {
            SmtpSender sender = plain(server.port(), PATIENT);
            sender.send(mail(Samples.opened()), Set.of(ANN));
            sender.send(mail(Samples.cleared()), Set.of(ANN));
            sender.rest();

            assertThat(server.commands.stream().filter(line -> line.startsWith("EHLO")))
                    .hasSize(1);
            assertThat(server.mails).hasSize(2);
        }
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        int port;
        try (var gone = new ServerSocket(0)) {
            port = gone.getLocalPort();
        }
        assertThat(send(plain(port, PATIENT)).toString()).contains("Connection refused");
    }
}
