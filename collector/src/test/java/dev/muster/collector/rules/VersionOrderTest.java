package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases of rpm's rpmvercmp.at and apk-tools' version.data, among others. */
final class VersionOrderTest {
    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0, 0",
        "1.0, 2.0, -1",
        "2.0.1, 2.0, 1",
        "2.0.1a, 2.0.1, 1",
        "5.5p1, 5.5p2, -1",
        "5.5p10, 5.5p1, 1",
        "10xyz, 10.1xyz, -1",
        "xyz10, xyz10.1, -1",
        "xyz.4, 8, -1",
        "5.5p2, 5.6p1, -1",
        "6.0.rc1, 6.0, 1",
        "10b2, 10a1, 1",
        "1.0aa, 1.0a, 1",
        "10.0001, 10.0039, -1",
        "20101121, 20101122, -1",
        "2_0, 2.0, 0",
        "1.0~rc1, 1.0, -1",
        "1.0~rc1, 1.0~rc2, -1",
        "1.0~rc1~git123, 1.0~rc1, -1",
        "1.0^, 1.0, 1",
        "1.0^git1, 1.0^git2, -1",
        "1.0^git1, 1.01, -1",
        "1.0^20160101, 1.0.1, -1",
        "1.0~rc1^git1, 1.0~rc1, 1",
        "1.0^git1~pre, 1.0^git1, -1",
        "1:1.0, 2.0, 1",
        "0:1.0, 1.0, 0",
        "1.0-1, 1.0, 0",
        "1.0-1, 1.0-2, -1",
        "8.7p1-34.el9_3.3, 8.7p1-34.el9, 1",
    })
    void rpmOrdersVersions(String a, String b, int order) {
        assertOrder(VersionOrder.RPM, a, b, order);
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0, 0",
        "2.34, 0.1.0_alpha, 1",
        "0.1.0_alpha, 0.1.0_alpha, 0",
        "0.1.0_alpha, 0.1.3_alpha, -1",
        "1.0_rc1, 1.0, -1",
        "1.0_p1, 1.0, 1",
        "1.0_alpha2, 1.0_alpha10, -1",
        "1.0_beta, 1.0_pre, -1",
        "1.0_git20240512, 1.0, 1",
        "1.2a, 1.2, 1",
        "1.2a, 1.2b, -1",
        "1.0-r1, 1.0-r10, -1",
        "1.0-r0, 1.0, 0",
        "1.01, 1.1, -1",
        "1.1.0, 1.1, 1",
        "10, 9, 1",
        "3.0.15-r1, 3.0.15-r0, 1",
    })
    void apkOrdersVersions(String a, String b, int order) {
        assertOrder(VersionOrder.APK, a, b, order);
    }

    private static void assertOrder(VersionOrder order, String a, String b, int expected) {
        assertThat(Integer.signum(order.compare(a, b))).isEqualTo(expected);
        assertThat(Integer.signum(order.compare(b, a))).isEqualTo(-expected);
    }
}
