package dev.muster.collector.graph.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of keys against examples that the package managers publish, and against their rules as comparisons of two versions. */
final class SortKeyTest {
    /** deb-version(7) and Debian's policy, 5.6.12. */
    @ParameterizedTest
    @CsvSource({
        "1.0, =, 1.0-0",
        "1.0, =, 0:1.0",
        "1.0, =, 1.00",
        "1.0-1, <, 1.0-1.1",
        "1.0~~, <, 1.0~~a",
        "1.0~~a, <, 1.0~",
        "1.0~, <, 1.0",
        "1.0, <, 1.0a",
        "1.0~beta1~svn1245, <, 1.0~beta1",
        "1.0~beta1, <, 1.0",
        "1.0-1~bpo12+1, <, 1.0-1",
        "2.9, <, 2.10",
        "9.9, <, 1:0.1",
        "1.0a, <, 1.0+",
        "3.0.11-1~deb12u2, <, 3.0.11-1",
        "3.0.9-1, <, 3.0.11-1~deb12u2",
        "1.2.3-1, <, 1.2.3-1+b1",
        "1.2.3-0ubuntu1, <, 1.2.3-0ubuntu1.1",
        "1-2-3, <, 1-10-1",
    })
    void ordersVersionsOfDebian(String left, char sign, String right) {
        assertThat(sign(SortKey.DEB, left, right)).isEqualTo(sign);
        assertThat(charOf(DebOrder.compare(left, right))).isEqualTo(sign);
    }

    /** RPM's own table of tests, rpmvercmp. */
    @ParameterizedTest
    @CsvSource({
        "2.0, <, 2.0.1",
        "2.0.1, <, 2.0.1a",
        "5.5p1, <, 5.5p10",
        "10xyz, <, 10.1xyz",
        "xyz10, <, xyz10.1",
        "xyz.4, <, 8",
        "xyz.4, <, 2",
        "5.5p2, <, 5.6p1",
        "6.0, <, 6.0.rc1",
        "10a1, <, 10b2",
        "1.0a, <, 1.0aa",
        "10.0001, =, 10.1",
        "10.0001, <, 10.0039",
        "4.999.9, <, 5.0",
        "20101121, <, 20101122",
        "2_0, =, 2.0",
        "a+, =, a_",
        "+a, =, _a",
        "+_, =, _+",
        "1.0~rc1, <, 1.0",
        "1.0~rc1, <, 1.0~rc2",
        "1.0~rc1~git123, <, 1.0~rc1",
        "1.0, <, 1.0^",
        "1.0, <, 1.0^git1",
        "1.0^git1, <, 1.0^git2",
        "1.0^git1, <, 1.01",
        "1.0^20160101, <, 1.0.1",
        "1.0^20160101^git1, <, 1.0^20160102",
        "1.0~rc1, <, 1.0~rc1^git1",
        "1.0^git1~pre, <, 1.0^git1",
        "1b.fc17, <, 1.fc17",
        "1.fc17, <, 1g.fc17",
        "5.14.0-362.el9, <, 5.14.0-427.13.1.el9_4",
        "1:1.1.1k-7.el8, <, 1:1.1.1k-12.el8_9",
        "2.0-1, <, 1:1.0-1",
    })
    void ordersVersionsOfRpm(String left, char sign, String right) {
        assertThat(sign(SortKey.RPM, left, right)).isEqualTo(sign);
        assertThat(charOf(RpmOrder.compare(left, right))).isEqualTo(sign);
    }

    /** The table of tests of Alpine's package manager. */
    @ParameterizedTest
    @CsvSource({
        "0.1.0_alpha, <, 0.1.0_alpha2",
        "0.1.0_alpha_pre2, <, 0.1.0_alpha",
        "1.1_alpha1, <, 1.1",
        "1.0.3, <, 1.0.4-r3",
        "2.3.0b-r1, <, 2.3.0b-r2",
        "0.12.1, <, 0.13_beta1",
        "3.1_p16, <, 3.1_p17",
        "1.06-r6, <, 006",
        "1.2.1, <, 1.2.2.1",
        "0.99.3.20040818, <, 1.0",
        "1.00_beta2, <, 1.39",
        "4.2.52_p2-r1, <, 4.2.52_p4-r2",
        "1.02.07, <, 1.02.10-r1",
        "1.05-r18, <, 1.05-r19",
        "2.5.1-r8, <, 2.5.1a-r1",
        "021109-r3, <, 20060512",
        "3.0.20060720, <, 20060720",
        "7.0.17, <, 7.0.174",
        "0.20070118, <, 0.20070207_rc1",
        "1.07, <, 1.07.5",
        "02.08.01b, <, 2.10.1",
        "1.6.8_p9-r2, <, 1.6.8_p12-r1",
        "1.3_pre1-r1, <, 1.3.2",
        "1.0_p9-r0, <, 1.0_p10-r0",
        "1.0.0_pre20191002222144-r0, <, 1.0.0_pre20210530193627-r0",
        "0.2.0-r1, =, 0.2.0-r1",
        "1.0, <, 1.0bc",
    })
    void ordersVersionsOfAlpine(String left, char sign, String right) {
        assertThat(sign(SortKey.APK, left, right)).isEqualTo(sign);
        assertThat(charOf(ApkOrder.compare(left, right))).isEqualTo(sign);
    }

    static Stream<Arguments> seeds() {
        return Stream.of(SortKey.values()).flatMap(kind -> Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(kind, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeds")
    void ordersAnyTwoVersionsAsTheirRulesDo(SortKey kind, long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            String left = version(kind, random);
            String right = random.nextBoolean() ? version(kind, random) : touched(kind, left, random);
            int expected = compare(kind, left, right);
            assertThat(sign(kind, left, right)).as("%s and %s", left, right).isEqualTo(charOf(expected));
        }
    }

    @Test
    void agreesWithDpkgItself() throws Exception {
        assumeTrue(hasDpkg() || "true".equals(System.getenv("CI")), "there is no dpkg here");
        var random = new Random(7);
        for (int i = 0; i < 150; i++) {
            String left = "1" + version(SortKey.DEB, random).replaceAll("[^a-z0-9.+~]", "");
            String right = "1" + version(SortKey.DEB, random).replaceAll("[^a-z0-9.+~]", "");
            boolean less = new ProcessBuilder("dpkg", "--compare-versions", left, "lt", right)
                            .start()
                            .waitFor()
                    == 0;
            assertThat(sign(SortKey.DEB, left, right) == '<')
                    .as("%s and %s", left, right)
                    .isEqualTo(less);
        }
    }

    @Test
    void staysShortWhateverTheVersion() {
        for (SortKey kind : SortKey.values()) {
            assertThat(kind.of("+".repeat(1 << 20)).length()).isLessThan(1_000);
            assertThat(kind.of("9".repeat(1 << 20)).length()).isLessThan(1_000);
            assertThat(kind.of("1.".repeat(1 << 20)).length()).isLessThan(1_000);
            assertThat(kind.of("")).isNotEmpty();
        }
    }

    private static boolean hasDpkg() {
        try {
            return new ProcessBuilder("dpkg", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException | InterruptedException missing) {
            return false;
        }
    }

    private static char sign(SortKey kind, String left, String right) {
        return charOf(kind.of(left).compareTo(kind.of(right)));
    }

    private static char charOf(int comparison) {
        return comparison == 0 ? '=' : comparison < 0 ? '<' : '>';
    }

    private static int compare(SortKey kind, String left, String right) {
        return switch (kind) {
            case DEB -> DebOrder.compare(left, right);
            case RPM -> RpmOrder.compare(left, right);
            case APK -> ApkOrder.compare(left, right);
        };
    }

    /** Few letters, so that equal beginnings are common. */
    private static String version(SortKey kind, Random random) {
        if (kind == SortKey.APK) {
            return apkVersion(random);
        }
        var text = new StringBuilder(random.nextInt(4) == 0 ? random.nextInt(3) + ":" : "");
        text.append(random.nextInt(12));
        String letters = kind == SortKey.DEB ? "01290aAb~~.+:-" : "0129aAb~^^._+";
        for (int i = random.nextInt(9); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text + (random.nextBoolean() ? "-" + random.nextInt(12) + (random.nextBoolean() ? "~a" : ".el9") : "");
    }

    private static String apkVersion(Random random) {
        List<String> parts =
                new ArrayList<>(List.of(List.of("0", "1", "2", "10", "01").get(random.nextInt(5))));
        for (int i = random.nextInt(3); i > 0; i--) {
            parts.add("." + List.of("0", "00", "01", "1", "2", "9", "10", "010").get(random.nextInt(8)));
        }
        parts.add(List.of("", "", "a", "b").get(random.nextInt(4)));
        for (int i = random.nextInt(3); i > 0; i--) {
            parts.add("_"
                    + List.of("alpha", "beta", "pre", "rc", "cvs", "git", "p").get(random.nextInt(7)));
            parts.add(List.of("", "1", "2", "10").get(random.nextInt(4)));
        }
        parts.add(List.of("", "", "", "~ab", "~abc").get(random.nextInt(5)));
        parts.add(List.of("", "-r0", "-r1", "-r10").get(random.nextInt(4)));
        return String.join("", parts);
    }

    private static String touched(SortKey kind, String version, Random random) {
        if (kind == SortKey.APK) {
            return version.contains("-") ? version.substring(0, version.indexOf('-')) : version + "-r1";
        }
        int epoch = version.indexOf(':') + 1;
        int at = epoch + random.nextInt(version.length() + 1 - epoch);
        return version.substring(0, at) + "0~.a1".charAt(random.nextInt(5)) + version.substring(at);
    }
}
