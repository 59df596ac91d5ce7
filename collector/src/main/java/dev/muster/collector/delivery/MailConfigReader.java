package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.delivery.MailConfig.Addresses;
import dev.muster.collector.delivery.MailConfig.DigestLimit;
import dev.muster.collector.delivery.MailConfig.Login;
import dev.muster.collector.delivery.MailConfig.Security;
import dev.muster.collector.delivery.MailConfig.Server;
import dev.muster.collector.delivery.MailConfig.Timeouts;
import dev.muster.collector.settings.Form;
import dev.muster.collector.settings.Option;
import dev.muster.collector.settings.Option.Standard;
import dev.muster.collector.settings.Options;
import dev.muster.collector.settings.Section;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Section {@code mail}, key by key. */
final class MailConfigReader {
    static final Option HOST = new Option(
            "host",
            new Form.Text("a host name or an address"),
            new Standard.Required("smtp.example.org"),
            "The server that takes the mail.",
            "");
    static final Option PORT = new Option(
            "port",
            new Form.Count(1, 65_535, ""),
            new Standard.Depends("by `security`: 25, 587, 465", "587"),
            "Its port.",
            "");
    static final Option SECURITY = new Option(
            "security",
            new Form.Word(List.of("none", "starttls", "tls")),
            Option.is("starttls"),
            "`starttls` begins in the clear and must switch to TLS, `tls` is TLS from the first byte.",
            "`none`: who can listen reads the mails; no password is sent then.");
    static final Option CA_FILE = new Option(
            "ca-file",
            new Form.Text("a path, PEM"),
            new Standard.None(""),
            "Certificates to trust instead of the runtime's own, for a server with a private authority.",
            "Whoever can write it can pose as the server.");
    static final Option USER = new Option(
            "user",
            new Form.Text("a name"),
            new Standard.None("muster"),
            "For a server that asks for one; needs `password-file` or `password`, and `security` other than `none`.",
            "");
    static final Option PASSWORD = new Option(
            "password",
            new Form.Text("a text"),
            new Standard.None(""),
            "The user's password.",
            "It stands in this file: `password-file` is better.");
    static final Option PASSWORD_FILE = new Option(
            "password-file",
            new Form.Text("a path"),
            new Standard.None("/etc/muster/smtp-password"),
            "File with the user's password; mode 0640, group `muster`.",
            "");
    static final Option FROM = new Option(
            "from",
            new Form.Text("an address without a name"),
            new Standard.Required("muster@example.org"),
            "Who sends; its domain is that of every Message-ID.",
            "");
    static final Option REPLY_TO = new Option(
            "reply-to",
            new Form.Text("an address without a name"),
            new Standard.None("ops@example.org"),
            "Where answers go.",
            "");
    static final Option TO = new Option(
            "to",
            new Form.Texts("an address or a list of at most " + MailConfig.MAX_RECIPIENTS),
            new Standard.Required("ops@example.org"),
            "Who gets every mail.",
            "");
    static final Option DIGEST_MAILS = new Option(
            "digest-mails",
            new Form.Count(1, 10_000, "mails"),
            Option.is("20"),
            "When more than so many are due within `digest-window`, those that follow are gathered into one.",
            "More: as many mails at once when many hosts break.");
    static final Option DIGEST_WINDOW = new Option(
            "digest-window",
            new Form.Time(Duration.ofSeconds(1), Duration.ofDays(1)),
            Option.is("10m"),
            "Over which time mails are counted.",
            "Longer: digests begin sooner, and the mails in them come later.");
    static final Option CONNECT_TIMEOUT = new Option(
            "connect-timeout",
            new Form.Time(Duration.ofSeconds(1), Duration.ofMinutes(5)),
            Option.is("15s"),
            "How long the server may take until the connection stands.",
            "");
    static final Option READ_TIMEOUT = new Option(
            "read-timeout",
            new Form.Time(Duration.ofSeconds(1), Duration.ofMinutes(10)),
            Option.is("2m"),
            "How long it may take for each answer.",
            "Shorter: a server that accepts after that makes a second copy (RFC 5321, 4.5.3.2).");
    static final Option SEND_TIMEOUT = new Option(
            "send-timeout",
            new Form.Time(Duration.ofSeconds(1), Duration.ofMinutes(30)),
            Option.is("5m"),
            "How long one mail may take in all, however slowly the server drips.",
            "Longer: a slow server holds up the mails behind it.");
    static final Options OPTIONS = new Options(
            "mail",
            "Where mail goes. Until it is set, mails wait in the outbox; nothing is lost.",
            List.of(
                    HOST,
                    PORT,
                    SECURITY,
                    CA_FILE,
                    USER,
                    PASSWORD,
                    PASSWORD_FILE,
                    FROM,
                    REPLY_TO,
                    TO,
                    DIGEST_MAILS,
                    DIGEST_WINDOW,
                    CONNECT_TIMEOUT,
                    READ_TIMEOUT,
                    SEND_TIMEOUT));

    private static final int MAX_PASSWORD_BYTES = 4_096;
    /** A DNS name or an address literal. */
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,253}");

    private MailConfigReader() {}

    static MailConfig read(JsonNode section) {
        var settings = new Section(OPTIONS, section);
        Server server = server(settings);
        return new MailConfig(
                server, login(settings, server.security()), addresses(settings), digest(settings), timeouts(settings));
    }

    private static Server server(Section settings) {
        String host = settings.required(HOST);
        if (!HOST_NAME.matcher(host).matches()) {
            throw settings.bad(HOST, "not a host name or address");
        }
        Security security = settings.word(SECURITY, Security.class);
        int port = settings.number(PORT, security.usualPort());
        Optional<Path> caFile = settings.text(CA_FILE).map(Path::of);
        if (caFile.isPresent() && !Files.isReadable(caFile.get())) {
            throw settings.bad(CA_FILE, "cannot be read: " + caFile.get());
        }
        return new Server(host, port, security, caFile);
    }

    private static Optional<Login> login(Section settings, Security security) {
        Optional<String> user = settings.text(USER);
        Optional<String> password = settings.text(PASSWORD);
        Optional<String> file = settings.text(PASSWORD_FILE);
        if (user.isEmpty()) {
            if (password.isPresent() || file.isPresent()) {
                throw settings.bad(USER, "missing, though there is a password");
            }
            return Optional.empty();
        }
        if (password.isPresent() == file.isPresent()) {
            throw settings.bad(PASSWORD, "give either password or password-file with user");
        }
        if (security == Security.NONE) {
            throw settings.bad(SECURITY, "none would send the password in the clear: use starttls or tls");
        }
        return Optional.of(new Login(user.get(), password.orElseGet(() -> passwordFrom(settings, file.orElseThrow()))));
    }

    private static String passwordFrom(Section settings, String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MAX_PASSWORD_BYTES + 1);
            String password = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
            if (password.isEmpty() || bytes.length > MAX_PASSWORD_BYTES) {
                throw settings.bad(PASSWORD_FILE, "holds no password, or too much for one: " + file);
            }
            return password;
        } catch (IOException e) {
            throw settings.bad(
                    PASSWORD_FILE,
                    "cannot be read: " + file + " (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static Addresses addresses(Section settings) {
        String from = address(settings, FROM, settings.required(FROM));
        Optional<String> replyTo = settings.text(REPLY_TO).map(text -> address(settings, REPLY_TO, text));
        var recipients = new LinkedHashSet<String>();
        settings.list(TO).forEach(text -> recipients.add(address(settings, TO, text)));
        if (recipients.isEmpty()) {
            throw settings.bad(TO, "missing: who should get the mail?");
        }
        if (recipients.size() > MailConfig.MAX_RECIPIENTS) {
            throw settings.bad(TO, "at most " + MailConfig.MAX_RECIPIENTS + " addresses; use a mailing list");
        }
        return new Addresses(from, replyTo, List.copyOf(recipients));
    }

    /** Strict, one address, without a display name: what is configured is what the server is told. */
    private static String address(Section settings, Option option, String text) {
        try {
            var address = new InternetAddress(text, true);
            if (!text.equals(address.getAddress()) || text.indexOf('@') < 1 || text.length() > 254) {
                throw settings.bad(option, "expected an address like ops@example.org");
            }
            return text;
        } catch (AddressException e) {
            throw settings.bad(option, "expected an address like ops@example.org");
        }
    }

    private static DigestLimit digest(Section settings) {
        return new DigestLimit(settings.number(DIGEST_MAILS), settings.duration(DIGEST_WINDOW));
    }

    private static Timeouts timeouts(Section settings) {
        return new Timeouts(
                settings.duration(CONNECT_TIMEOUT), settings.duration(READ_TIMEOUT), settings.duration(SEND_TIMEOUT));
    }
}
