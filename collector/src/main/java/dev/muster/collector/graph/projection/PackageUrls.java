package dev.muster.collector.graph.projection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Package URLs, ECMA-427: {@code pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64}. */
final class PackageUrls {
    /** By what the facts call the package manager. Those that the standard does not list keep their own name. */
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("deb", "deb"),
            Map.entry("rpm", "rpm"),
            Map.entry("apk", "apk"),
            Map.entry("snap", "snap"),
            Map.entry("flatpak", "flatpak"),
            Map.entry("pip", "pypi"),
            Map.entry("gem", "gem"),
            Map.entry("npm", "npm"),
            Map.entry("php", "composer"));

    private static final List<String> OF_A_DISTRIBUTION = List.of("deb", "rpm", "apk");

    /** Where the standard's name of a distribution is not the one in os-release. */
    private static final Map<String, String> VENDORS =
            Map.of("rhel", "redhat", "opensuse-leap", "opensuse", "opensuse-tumbleweed", "opensuse");

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PackageUrls() {}

    static Optional<String> type(String manager) {
        return Optional.ofNullable(TYPES.get(manager));
    }

    /** Of a package in whatever version. */
    static String of(String type, String distribution, String name) {
        String vendor = OF_A_DISTRIBUTION.contains(type) ? VENDORS.getOrDefault(distribution, distribution) : "";
        List<String> parts = new ArrayList<>(List.of(type));
        if (!vendor.isEmpty()) {
            parts.add(encoded(vendor));
        }
        for (String part : named(type, name).split("/", -1)) {
            parts.add(encoded(part));
        }
        return "pkg:" + String.join("/", parts);
    }

    /** Of one version; an RPM's epoch is a qualifier. */
    static String of(String type, String distribution, String name, String version, String arch) {
        int colon = type.equals("rpm") ? version.indexOf(':') : -1;
        List<String> qualifiers = new ArrayList<>();
        if (!arch.isEmpty()) {
            qualifiers.add("arch=" + encoded(arch));
        }
        if (colon > 0 && !version.substring(0, colon).equals("0")) {
            qualifiers.add("epoch=" + encoded(version.substring(0, colon)));
        }
        String url = of(type, distribution, name) + "@" + encoded(version.substring(colon + 1));
        return qualifiers.isEmpty() ? url : url + "?" + String.join("&", qualifiers);
    }

    /** PyPI's names are equal whatever their case, dashes and underscores. */
    private static String named(String type, String name) {
        return switch (type) {
            case "pypi" -> name.toLowerCase(Locale.ROOT).replace('_', '-');
            case "composer", "deb", "apk" -> name.toLowerCase(Locale.ROOT);
            default -> name;
        };
    }

    private static String encoded(String text) {
        if (isPlain(text)) {
            return text;
        }
        var out = new StringBuilder();
        for (byte b : text.getBytes(UTF_8)) {
            char c = (char) Byte.toUnsignedInt(b);
            if (isPlain(c)) {
                out.append(c);
            } else {
                out.append('%').append(HEX.toHexDigits(b));
            }
        }
        return out.toString();
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPlain(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~'
                || c == ':';
    }
}
