package dev.muster.collector.graph.projection;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Addresses as the graph writes them: one text for one address, so that two ends of a connection meet. Asks no name server. */
final class IpAddresses {
    static final String ANY_4 = "0.0.0.0";
    static final String ANY_6 = "::";

    /** The longest text is an IPv4 address in IPv6 form with a zone. */
    private static final int MAX_CHARS = 100;

    private static final int GROUPS = 8;

    private IpAddresses() {}

    /** From {@code 192.0.2.1}, {@code 192.0.2.1/24}, {@code [2001:db8::1]}, {@code fe80::1%eth0}, {@code ::ffff:192.0.2.1} or {@code *}. */
    static Optional<InetAddress> parse(String text) {
        if (text.length() > MAX_CHARS) {
            return Optional.empty();
        }
        String bare = text.replaceAll("[/%].*$", "").replaceAll("^\\[|\\]$", "");
        if (bare.equals("*")) {
            return Optional.of(literal(ANY_6));
        }
        try {
            return Optional.of(literal(bare));
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }

    /** Java turns an IPv4 address in IPv6 form into the IPv4 address. */
    private static InetAddress literal(String text) {
        return InetAddress.ofLiteral(text);
    }

    /** RFC 5952 section 4 for IPv6. */
    static String text(InetAddress address) {
        return address instanceof Inet6Address six ? compressed(six.getAddress()) : address.getHostAddress();
    }

    /** Means another place on every host. */
    static boolean isHostsOwnMatter(InetAddress address) {
        return address.isAnyLocalAddress() || address.isLoopbackAddress() || address.isLinkLocalAddress();
    }

    /** The network that an address with prefix length is in; empty for one address alone, and for a host's own matters. */
    static Optional<String> network(String cidr) {
        int slash = cidr.indexOf('/');
        Optional<InetAddress> address = parse(cidr);
        if (slash < 0 || address.isEmpty() || isHostsOwnMatter(address.get())) {
            return Optional.empty();
        }
        String digits = cidr.substring(slash + 1);
        byte[] bytes = address.get().getAddress();
        int bits = digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : -1;
        if (bits < 0 || bits >= bytes.length * Byte.SIZE) {
            return Optional.empty();
        }
        for (int bit = bits; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> (bit % Byte.SIZE));
        }
        return Optional.of((bytes.length == 4 ? dotted(bytes) : compressed(bytes)) + "/" + bits);
    }

    private static String dotted(byte[] bytes) {
        List<String> parts = new ArrayList<>();
        for (byte part : bytes) {
            parts.add(Integer.toString(Byte.toUnsignedInt(part)));
        }
        return String.join(".", parts);
    }

    /** The longest run of two or more zero groups, the first of equals, becomes {@code ::}. */
    private static String compressed(byte[] bytes) {
        var groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = Byte.toUnsignedInt(bytes[2 * i]) << 8 | Byte.toUnsignedInt(bytes[2 * i + 1]);
        }
        int longest = 1;
        int start = -1;
        for (int i = 0; i < GROUPS; i++) {
            int run = 0;
            while (i + run < GROUPS && groups[i + run] == 0) {
                run++;
            }
            if (run > longest) {
                longest = run;
                start = i;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
                continue;
            }
            text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":");
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
