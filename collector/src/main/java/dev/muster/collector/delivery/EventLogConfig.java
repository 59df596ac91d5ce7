package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.settings.Form;
import dev.muster.collector.settings.Option;
import dev.muster.collector.settings.Option.Standard;
import dev.muster.collector.settings.Options;
import dev.muster.collector.settings.Section;
import dev.muster.collector.settings.SettingException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where event lines go: section {@code event-log} of the configuration file. Without it they go to standard output, where the service manager keeps them.
 *
 * @param output whether lines go to standard output
 * @param syslog a receiver on the network. The local socket {@code /dev/log} cannot be used, since Java has no datagram
 *     sockets of that kind: let the local syslog daemon listen on 127.0.0.1
 */
public record EventLogConfig(Output output, Optional<Receiver> syslog, Facility facility) {
    /** What goes to standard output. */
    public enum Output {
        NONE,
        STDOUT
    }

    /** How lines travel. */
    public enum Protocol {
        /** One line a datagram (RFC 5426). */
        UDP,
        /** Lines counted by octets (RFC 6587, 3.4.1). */
        TCP
    }

    /** A syslog daemon. */
    public record Receiver(Protocol protocol, String host, int port) {}

    /** RFC 5424, 6.2.1, table 1: those that are free for daemons. */
    public enum Facility {
        DAEMON(3),
        LOCAL0(16),
        LOCAL1(17),
        LOCAL2(18),
        LOCAL3(19),
        LOCAL4(20),
        LOCAL5(21),
        LOCAL6(22),
        LOCAL7(23);

        private final int code;

        Facility(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /** RFC 5426, 3.3; also usual for TCP. */
    private static final int SYSLOG_PORT = 514;

    private static final Pattern ADDRESS =
            Pattern.compile("(udp|tcp)://([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?");

    private static final Option OUTPUT = new Option(
            "output",
            new Form.Word(List.of("none", "stdout")),
            Option.is("stdout"),
            "`stdout` is where the service manager keeps them.",
            "`stdout`: a line for each event.");
    private static final Option SYSLOG = new Option(
            "syslog",
            new Form.Text("`udp://host:port` or `tcp://host:port`; 514 without a port"),
            new Standard.None("udp://192.0.2.9:514"),
            "Sends them to a syslog server, too.",
            "They travel in the clear.");
    private static final Option FACILITY = new Option(
            "facility",
            new Form.Word(
                    List.of("daemon", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7")),
            Option.is("daemon"),
            "As what syslog files them.",
            "");
    private static final Options OPTIONS =
            new Options("event-log", "Events as lines of RFC 5424.", List.of(OUTPUT, SYSLOG, FACILITY));

    /** What the section may say. */
    public static Options options() {
        return OPTIONS;
    }

    /**
     * Reads the section; a missing node is an empty one.
     *
     * @throws SettingException on an unknown key or a bad value
     */
    public static EventLogConfig read(JsonNode section) {
        var settings = new Section(OPTIONS, section);
        return new EventLogConfig(
                settings.word(OUTPUT, Output.class),
                settings.text(SYSLOG).map(text -> receiver(settings, text)),
                settings.word(FACILITY, Facility.class));
    }

    private static Receiver receiver(Section settings, String text) {
        if (text.startsWith("/") || text.startsWith("unix:")) {
            throw settings.bad(SYSLOG, "a local socket cannot be used; let syslog listen on udp://127.0.0.1:514");
        }
        Matcher parts = ADDRESS.matcher(text);
        int port = !parts.matches() ? 0 : parts.group(3) == null ? SYSLOG_PORT : Integer.parseInt(parts.group(3));
        if (port < 1 || port > 65_535) {
            throw settings.bad(SYSLOG, "expected udp://host:port or tcp://host:port");
        }
        return new Receiver(Protocol.valueOf(parts.group(1).toUpperCase(Locale.ROOT)), parts.group(2), port);
    }
}
