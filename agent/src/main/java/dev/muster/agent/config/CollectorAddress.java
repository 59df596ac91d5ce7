package dev.muster.agent.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * Where a collector may be: {@code 192.0.2.7}, {@code 192.0.2.7:1984}, {@code [2001:db8::7]:1984}, {@code name.example.org:1984}, or a
 * multicast group to ask in, {@code 224.0.2.5:1984}. Parsing looks nothing up.
 *
 * @param host an address without brackets, or a name
 */
public record CollectorAddress(Kind kind, String host, int port) {
    public static final int DEFAULT_PORT = 1984;

    /** The group that agents ask in where they are told nothing. */
    public static final CollectorAddress DEFAULT_GROUP =
            new CollectorAddress(Kind.MULTICAST, "224.0.2.5", DEFAULT_PORT);

    /** How to reach it. */
    public enum Kind {
        IPV4,
        IPV6,
        NAME,
        MULTICAST
    }

    /** RFC 1123 section 2.1; an underscore is in use too. */
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");

    private static final int MAX_NAME_CHARS = 253;
    private static final int MAX_PORT = 65_535;

    /** Throws {@link ConfigException} saying what is wrong with {@code text}. */
    public static CollectorAddress parse(String text) {
        if (text.startsWith("[")) {
            return bracketed(text);
        }
        int colon = text.indexOf(':');
        if (colon != text.lastIndexOf(':')) {
            throw wrong(text, "an IPv6 address is written in brackets, as in [2001:db8::7]:" + DEFAULT_PORT);
        }
        String host = colon < 0 ? text : text.substring(0, colon);
        int port = colon < 0 ? DEFAULT_PORT : port(text, text.substring(colon + 1));
        return host.matches("[0-9.]+") ? ipv4(text, host, port) : name(text, host, port);
    }

    private static CollectorAddress bracketed(String text) {
        int end = text.indexOf(']');
        if (end < 0) {
            throw wrong(text, "the closing bracket is missing");
        }
        String rest = text.substring(end + 1);
        if (!rest.isEmpty() && !rest.startsWith(":")) {
            throw wrong(text, "after the bracket only :port may follow");
        }
        int port = rest.isEmpty() ? DEFAULT_PORT : port(text, rest.substring(1));
        String host = text.substring(1, end);
        return new CollectorAddress(ipv6(text, host).isMulticastAddress() ? Kind.MULTICAST : Kind.IPV6, host, port);
    }

    private static InetAddress ipv6(String text, String host) {
        int zone = host.indexOf('%');
        if (zone >= 0 && !LABEL.matcher(host.substring(zone + 1)).matches()) {
            throw wrong(text, "after % the name of an interface must follow");
        }
        try {
            return Inet6Address.ofLiteral(zone < 0 ? host : host.substring(0, zone));
        } catch (IllegalArgumentException e) {
            throw wrong(text, "not an IPv6 address");
        }
    }

    private static CollectorAddress ipv4(String text, String host, int port) {
        // Stricter than Java, which reads 10.1 as 10.0.0.1.
        if (!host.matches("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}")) {
            throw wrong(text, "not an IPv4 address");
        }
        try {
            boolean isGroup = Inet4Address.ofLiteral(host).isMulticastAddress();
            return new CollectorAddress(isGroup ? Kind.MULTICAST : Kind.IPV4, host, port);
        } catch (IllegalArgumentException e) {
            throw wrong(text, "not an IPv4 address");
        }
    }

    private static CollectorAddress name(String text, String host, int port) {
        String labels = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        boolean good = labels.length() <= MAX_NAME_CHARS
                && Pattern.compile("\\.").splitAsStream(labels).allMatch(LABEL.asMatchPredicate())
                && !labels.isEmpty()
                && !labels.endsWith(".");
        if (!good) {
            throw wrong(text, "neither an address nor a host name");
        }
        return new CollectorAddress(Kind.NAME, host, port);
    }

    private static int port(String text, String digits) {
        if (digits.matches("[1-9][0-9]{0,4}") && Integer.parseInt(digits) <= MAX_PORT) {
            return Integer.parseInt(digits);
        }
        throw wrong(text, "a port is a number from 1 to " + MAX_PORT);
    }

    private static ConfigException wrong(String text, String why) {
        return new ConfigException("collector address \"" + text + "\": " + why);
    }

    /** In the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
