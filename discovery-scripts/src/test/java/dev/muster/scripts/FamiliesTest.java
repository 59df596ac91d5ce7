package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Distributions keep things in different places: a type that follows them there says so, and shows it by samples. */
final class FamiliesTest {
    /** Places and programs that only one family has, so that who looks there is written for it. */
    private static final Map<String, Pattern> SIGNS = Map.of(
            "alpine",
                    Pattern.compile(
                            "apk|(/usr)?/lib/apk/.*|/etc/(alpine-release|apk|conf\\.d|crontabs|periodic|runlevels)(/.*)?|/run/openrc(/.*)?"),
            "debian",
                    Pattern.compile(
                            "apt-cache|apt-config|apt-get|dpkg|/etc/(apt|chrony|debian_version|mdadm)(/.*)?|/var/lib/(apt|dpkg)(/.*)?"),
            "rhel",
                    Pattern.compile(
                            "dnf|needs-restarting|rpm|yum|/etc/(authselect|chrony\\.conf|crypto-policies|dnf|mdadm\\.conf|rc\\.d|yum)(/.*)?"
                                    + "|/etc/sysconfig/(?!automatic_).*"),
            "suse",
                    Pattern.compile("zypper|/boot/sysctl\\.conf-.*|/etc/(snapper|zypp)(/.*)?"
                            + "|/etc/(profile|bash\\.bashrc)\\.local|/etc/sysconfig/automatic_.*|/usr/etc/.*"));

    static List<Path> types() throws IOException {
        return Sample.types();
    }

    @ParameterizedTest
    @MethodSource("types")
    void aTypeHasSamplesOfTheFamiliesThatItNamesAndOfNoOther(Path type) throws Exception {
        var named = declared(type, "families");
        if (named.isEmpty()) {
            return;
        }
        var shown = new TreeSet<String>();
        Sample.of(type).stream().map(Sample::family).flatMap(Optional::stream).forEach(shown::add);

        assertThat(named).isSorted().hasSizeGreaterThan(1).containsExactlyElementsOf(shown);
    }

    @ParameterizedTest
    @MethodSource("types")
    void aTypeThatLooksWhereOnlyOneFamilyHasSomethingNamesIt(Path type) throws Exception {
        var named = declared(type, "families");
        var places = Stream.concat(declared(type, "reads").stream(), declared(type, "asks").stream())
                .toList();
        SIGNS.forEach((family, sign) -> {
            var found = places.stream()
                    .filter(place -> sign.matcher(place).matches())
                    .toList();
            if (!found.isEmpty()) {
                assertThat(named).as("looks at " + found).contains(family);
            }
        });
    }

    private static List<String> declared(Path type, String member) throws CatalogueException {
        return YamlNode.read(type.resolve("discovery.yaml"))
                .value()
                .path(member)
                .valueStream()
                .map(text -> text.asText())
                .toList();
    }
}
