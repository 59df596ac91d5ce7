package dev.muster.collector.rules;

import static dev.muster.collector.rules.RuleFixture.judge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostFunctionsTest {
    private static final FakeFacts HOST = new FakeFacts()
            .ok("accounts", "{\"changed\": \"2026-11-01\", \"version\": \"9.6p1-3\", \"umask\": \"0027\"}")
            .ok("os", "{\"family\": \"rhel\", \"id\": \"rocky\"}")
            .role("router");

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "hasRole(\"router\") ; pass",
                "hasRole(\"bastion\") ; fail",
                "osFamily(\"rhel\") ; pass",
                "osFamily(\"rocky\") ; pass",
                "osFamily(\"debian\") ; fail",
                "verGe(facts.version, \"9.6\") ; pass",
                "verGe(facts.version, \"9.10\") ; fail",
                "daysSince(facts.changed) == 20 ; pass",
                "daysSince(\"2026-11-21T04:05Z\") == 0 ; pass",
                "daysSince(\"2026-11-21T00:30+02:00\") == 1 ; pass",
                "daysSince(\"2026-11-22\") == -1 ; pass",
                "daysSince(\"soon\") > 1 ; unknown",
                "facts.changed < today ; pass",
                "modeWithin(\"0640\", \"0640\") ; pass",
                "modeWithin(\"0600\", \"0640\") ; pass",
                "modeWithin(\"0604\", \"0640\") ; fail",
                "modeWithin(\"4640\", \"0640\") ; fail",
                "modeWithin(\"-rw-\", \"0640\") ; unknown",
                "maskCovers(facts.umask, \"027\") ; pass",
                "maskCovers(\"077\", \"027\") ; pass",
                "maskCovers(\"022\", \"027\") ; fail",
                "hasParam(\"nobody_declares\") ; fail",
                "eol(\"debian\", \"12\") > today ; pass",
                "eol(\"rocky\", \"8.9\") == \"2029-05-31\" ; pass",
                "eol(\"sles\", \"15.1.3\") < today ; pass",
                "eol(\"plan9\", \"4\") > today ; unknown",
                "verGe(\"9.2-1.el9\", \"9.2\", \"rpm\") ; pass",
                "verGe(\"1.0_rc1\", \"1.0\", \"apk\") ; fail",
                "verGe(\"1\", \"1\", \"brew\") ; unknown",
                "pkg(\"x\") ; unknown",
                "cmd(\"x\") ; unknown",
                "svcActive(\"x\") ; unknown",
                "fileExists(\"/x\") ; unknown",
                "isContainer() ; unknown",
                "containerHost() ; unknown",
                "pkg(\"x\") || true ; pass",
                "pkg(\"x\") && false ; fail",
            })
    void functionsAnswer(String check, String verdict) {
        var judgement = judge("accounts", check, HOST);

        assertThat(judgement.verdict()).as(judgement.toString()).isEqualTo(Verdict.of(verdict));
    }

    @Test
    void anUnreportedOsLeavesItsFamilyUnanswered() {
        var nothing = new FakeFacts().ok("accounts", "{}");
        var denied = new FakeFacts().ok("accounts", "{}").status("os", FactsStatus.DENIED);

        assertThat(judge("accounts", "osFamily(\"rhel\")", nothing).reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("os, which has not been reported"));
        assertThat(judge("accounts", "osFamily(\"rhel\")", denied).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0",
        "1.9, 1.10, -1",
        "1.0~rc1, 1.0, -1",
        "1.0, 1.0a, -1",
        "1:1.0, 2.0, 1",
        "1.0-2, 1.0-10, -1",
        "8.2, 8.2p1, -1",
        "007, 7, 0",
        "1.0+b, 1.0b, 1",
        "'', 1, -1",
        "99999999999999999999999, 100000000000000000000000, -1",
        "1.0-1-2, 1.0-1-3, -1",
        "-, '', 0"
    })
    void versionsAreOrderedAsDebianOrdersThem(String a, String b, int order) {
        assertThat(Integer.signum(Versions.compare(a, b))).isEqualTo(order);
        assertThat(Integer.signum(Versions.compare(b, a))).isEqualTo(-order);
    }
}
