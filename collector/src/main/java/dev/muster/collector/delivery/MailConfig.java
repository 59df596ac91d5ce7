package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.settings.Options;
import dev.muster.collector.settings.SettingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How mail leaves: section {@code mail} of the configuration file. A file without that section leaves mail
 * unconfigured; what is due then stays in the outbox.
 *
 * @param server where mail is handed over
 * @param login user and password, where the server asks for them
 * @param addresses who writes to whom
 * @param digest when mails are gathered into one
 * @param timeouts how long a server may take
 */
public record MailConfig(
        Server server, Optional<Login> login, Addresses addresses, DigestLimit digest, Timeouts timeouts) {

    /** How the connection is protected. */
    public enum Security {
        NONE,
        /** Starts in the clear and must switch to TLS before anything else is said (RFC 3207). */
        STARTTLS,
        /** TLS from the first byte (RFC 8314). */
        TLS;

        /** The port that RFC 5321, 6409 and 8314 give to it. */
        int usualPort() {
            return switch (this) {
                case NONE -> 25;
                case STARTTLS -> 587;
                case TLS -> 465;
            };
        }
    }

    /**
     * Where mail is handed over.
     *
     * @param caFile certificates in PEM to trust instead of the runtime's own, for a server with a private authority
     */
    public record Server(String host, int port, Security security, Optional<Path> caFile) {}

    /** The password is in no message, log line or {@code toString}. */
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return "Login[user=" + user + ", password=(hidden)]";
        }
    }

    /**
     * Who writes to whom; addresses without display names.
     *
     * @param from the envelope's and the header's sender; its domain is also that of every Message-ID
     */
    public record Addresses(String from, Optional<String> replyTo, List<String> recipients) {
        public Addresses {
            recipients = List.copyOf(recipients);
        }
    }

    /** More than {@code mails} within {@code window}: what follows is gathered into digests. */
    public record DigestLimit(int mails, Duration window) {}

    /**
     * How long a server may take.
     *
     * @param connect until the connection stands
     * @param read for each answer. RFC 5321, 4.5.3.2 asks for minutes: a server that accepts after we gave up makes a
     *     second copy
     * @param send for one mail in all, from look-up to the last answer, however slowly the server drips
     */
    public record Timeouts(Duration connect, Duration read, Duration send) {}

    /** Above this, a person reads one list rather than twenty mails. */
    public static final DigestLimit STANDARD_DIGEST = new DigestLimit(20, Duration.ofMinutes(10));

    public static final Timeouts STANDARD_TIMEOUTS =
            new Timeouts(Duration.ofSeconds(15), Duration.ofMinutes(2), Duration.ofMinutes(5));

    /** Every connection to a bigger list would be refused by some server: RFC 5321, 4.5.3.1.8. */
    static final int MAX_RECIPIENTS = 100;

    /**
     * Reads the section.
     *
     * @throws SettingException on an unknown key, a missing or a bad value
     */
    public static MailConfig read(JsonNode section) {
        return MailConfigReader.read(section);
    }

    /** What the section may say. */
    public static Options options() {
        return MailConfigReader.OPTIONS;
    }
}
