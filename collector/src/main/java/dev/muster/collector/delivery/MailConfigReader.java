package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.delivery.MailConfig.Addresses;
import dev.muster.collector.delivery.MailConfig.DigestLimit;
import dev.muster.collector.delivery.MailConfig.Login;
import dev.muster.collector.delivery.MailConfig.Security;
import dev.muster.collector.delivery.MailConfig.Server;
import dev.muster.collector.delivery.MailConfig.Timeouts;
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
    private static final int MAX_PASSWORD_BYTES = 4_096;
    /** A DNS name or an address literal. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,253}");

    private MailConfigReader() {}

    static MailConfig read(JsonNode section) {
        var settings = new Settings("mail", section, MailConfig.keys());
        Server server = server(settings);
        return new MailConfig(
                server, login(settings, server.security()), addresses(settings), digest(settings), timeouts(settings));
    }

    private static Server server(Settings settings) {
        String host = settings.required("host");
        if (!HOST.matcher(host).matches()) {
            throw settings.bad("host", "not a host name or address");
        }
        Security security = settings.word("security", Security.class, Security.STARTTLS);
        int port = settings.number("port", security.usualPort(), 1, 65_535);
        Optional<Path> caFile = settings.text("ca-file").map(Path::of);
        if (caFile.isPresent() && !Files.isReadable(caFile.get())) {
            throw settings.bad("ca-file", "cannot be read: " + caFile.get());
        }
        return new Server(host, port, security, caFile);
    }

    private static Optional<Login> login(Settings settings, Security security) {
        Optional<String> user = settings.text("user");
        Optional<String> password = settings.text("password");
        Optional<String> file = settings.text("password-file");
        if (user.isEmpty()) {
            if (password.isPresent() || file.isPresent()) {
                throw settings.bad("user", "missing, though there is a password");
            }
            return Optional.empty();
        }
        if (password.isPresent() == file.isPresent()) {
            throw settings.bad("password", "give either password or password-file with user");
        }
        if (security == Security.NONE) {
            throw settings.bad("security", "none would send the password in the clear: use starttls or tls");
        }
        return Optional.of(new Login(user.get(), password.orElseGet(() -> passwordFrom(settings, file.orElseThrow()))));
    }

    private static String passwordFrom(Settings settings, String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MAX_PASSWORD_BYTES + 1);
            String password = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
            if (password.isEmpty() || bytes.length > MAX_PASSWORD_BYTES) {
                throw settings.bad("password-file", "holds no password, or too much for one: " + file);
            }
            return password;
        } catch (IOException e) {
            throw settings.bad(
                    "password-file",
                    "cannot be read: " + file + " (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static Addresses addresses(Settings settings) {
        String from = address(settings, "from", settings.required("from"));
        Optional<String> replyTo = settings.text("reply-to").map(text -> address(settings, "reply-to", text));
        var recipients = new LinkedHashSet<String>();
        settings.list("to").forEach(text -> recipients.add(address(settings, "to", text)));
        if (recipients.isEmpty()) {
            throw settings.bad("to", "missing: who should get the mail?");
        }
        if (recipients.size() > MailConfig.MAX_RECIPIENTS) {
            throw settings.bad("to", "at most " + MailConfig.MAX_RECIPIENTS + " addresses; use a mailing list");
        }
        return new Addresses(from, replyTo, List.copyOf(recipients));
    }

    /** Strict, one address, without a display name: what is configured is what the server is told. */
    private static String address(Settings settings, String key, String text) {
        try {
            var address = new InternetAddress(text, true);
            if (!text.equals(address.getAddress()) || text.indexOf('@') < 1 || text.length() > 254) {
                throw settings.bad(key, "expected an address like ops@example.org");
            }
            return text;
        } catch (AddressException e) {
            throw settings.bad(key, "expected an address like ops@example.org");
        }
    }

    private static DigestLimit digest(Settings settings) {
        DigestLimit standard = MailConfig.STANDARD_DIGEST;
        return new DigestLimit(
                settings.number("digest-mails", standard.mails(), 1, 10_000),
                atMost(settings, "digest-window", settings.duration("digest-window", standard.window()), 24 * 60));
    }

    private static Timeouts timeouts(Settings settings) {
        Timeouts standard = MailConfig.STANDARD_TIMEOUTS;
        return new Timeouts(
                atMost(settings, "connect-timeout", settings.duration("connect-timeout", standard.connect()), 5),
                atMost(settings, "read-timeout", settings.duration("read-timeout", standard.read()), 10),
                atMost(settings, "send-timeout", settings.duration("send-timeout", standard.send()), 30));
    }

    private static Duration atMost(Settings settings, String key, Duration value, int maxMinutes) {
        if (value.compareTo(Duration.ofMinutes(maxMinutes)) > 0) {
            throw settings.bad(key, "at most " + maxMinutes + "m");
        }
        return value;
    }
}
