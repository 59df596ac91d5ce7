package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What host functions answer from the facts of each type. */
final class HostFactsTest {
    private static final Catalogue CATALOGUE = Catalogue.of(FakeFacts.json("""
            {"version": 1, "types": {
              "own": {"fields": [{"name": "one", "type": "int"}]},
              "packages": {"fields": [{"name": "deb", "type": "map of text"}]},
              "commands": {"keys": [{"pattern": "*", "type": "list of text"}]},
              "services": {"fields": [{"name": "active", "type": "list of text"}]},
              "virtualisation": {"fields": [{"name": "kind", "type": "text"}]},
              "blockdevs": {"fields": [{"name": "disks", "type": "any"}]},
              "mdadm": {"fields": [{"name": "arrays", "type": "any"}]},
              "bootloader": {"fields": [{"name": "kind", "type": "text"}]},
              "fileattrs": {"keys": [{"pattern": "/*", "type": "record", "fields": [
                {"name": "owner", "type": "text"}, {"name": "octal", "type": "text"}]}]}}}
            """));

    private static final FakeFacts HOST = new FakeFacts()
            .ok("own", "{\"one\": 1}")
            .ok("packages", """
                    {"names": ["openssh-server", "kernel", "musl", "audit"],
                     "deb": {"openssh-server::amd64": "1:9.2p1-2+deb12u3"},
                     "rpm": {"kernel::x86_64": ["5.14.0-362.el9", "5.14.0-427.el9"]},
                     "apk": {"musl": "1.2.5_git20240512-r1"}}
                    """)
            .ok("commands", "{\"sshd\": [\"/usr/sbin/sshd\"], \"gcc\": null}")
            .ok("services", "{\"active\": [\"ssh.service\", \"docker\"], \"enabled\": [\"cron\", \"ssh.socket\"]}")
            .ok("virtualisation", "{\"kind\": \"kvm\", \"container_kind\": \"none\"}")
            .ok("blockdevs", "{\"disks\": [{\"name\": \"sda\", \"type\": \"disk\", \"model\": \"QEMU HARDDISK\"}]}")
            .ok("mdadm", "{\"arrays\": [{\"name\": \"md0\"}]}")
            .ok("bootloader", "{\"kind\": \"grub2\"}")
            .ok("fileattrs", """
                    {"/etc/passwd": {"owner": "root", "octal": "0644"}, "/etc/gone": null,
                     "/etc/cron.*": null, "/etc/cron.d": {"owner": "root", "octal": "0755"},
                     "/etc/cron.daily": {"owner": "eve", "octal": "0700"}, "/etc/cron.d/x": {"owner": "eve", "octal": "0600"},
                     "/opt/*": null, "/srv/*": null, "/srv/www": {"owner": "root", "octal": "0755"}}
                    """);

    static Judgement judge(String check, FakeFacts facts) {
        var loaded = RuleLoader.load(
                CATALOGUE,
                List.of(new RuleSource("rules.yaml", Optional.of("own"), RuleFixture.yaml("r1", "true", check, "na"))),
                RuleLoader.DEFAULT_PROFILES);
        assertThat(loaded.problems()).isEmpty();
        return RuleFixture.judge(loaded.set(), facts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "pkg('openssh-server') ; pass",
                "pkg('musl') ; pass",
                "pkg('audit') ; pass",
                "pkg('telnetd') ; fail",
                "pkgVersion('openssh-server') == '1:9.2p1-2+deb12u3' ; pass",
                "pkgVersion('kernel') == '5.14.0-427.el9' ; pass",
                "pkgVersion('telnetd') == '1' ; na",
                "pkg('telnetd') && pkgVersion('telnetd') == '1' ; fail",
                "pkgVerGe('openssh-server', '9.2') ; pass",
                "pkgVerGe('openssh-server', '9.9') ; fail",
                "pkgVerGe('openssh-server', '2:1.0') ; fail",
                "pkgVerGe('kernel', '5.14.0-427.el9') ; pass",
                "pkgVerGe('kernel', '5.14.0-428') ; fail",
                "pkgVerGe('musl', '1.2.5') ; pass",
                "pkgVerGe('musl', '1.2.6') ; fail",
                "cmd('sshd') ; pass",
                "cmd('gcc') ; fail",
                "cmd('nothing') ; fail",
                "svcActive('ssh') ; pass",
                "svcActive('ssh.service') ; pass",
                "svcActive('docker.service') ; pass",
                "svcActive('cron') ; fail",
                "svcEnabled('cron') ; pass",
                "svcEnabled('ssh') ; fail",
                "svcEnabled('ssh.socket') ; pass",
                "containerHost() ; pass",
                "isContainer() ; fail",
                "isVirtual() ; pass",
                "hasPhysicalDisks() ; fail",
                "hasMdRaid() ; pass",
                "hasBootloader() ; pass",
                "fileExists('/etc/passwd') ; pass",
                "fileExists('/etc/gone') ; fail",
                "fileExists('/etc/never-asked') ; unknown",
                "files('/etc/cron.*').all(f, f.owner == 'root') ; fail",
                "files('/etc/cron.*').all(f, modeWithin(f.octal, '0755')) ; pass",
                "size(files('/etc/cron.*')) == 2 ; pass",
                "files('/etc/cron.*')[0].path == '/etc/cron.d' ; pass",
                "files('/opt/*').all(f, false) ; pass",
                "files('/usr/*').all(f, true) ; unknown",
                "dirHasContent('/srv') ; pass",
                "dirHasContent('/opt/') ; fail",
                "host.fileattrs['/etc/passwd'].owner == 'root' ; pass",
                "host.fileattrs['/etc/gone'].owner == 'root' ; na",
                "'/etc/gone' in host.fileattrs ; fail",
                "host.fileattrs['/etc/never-asked'].owner == 'root' ; unknown",
            })
    void functionsAnswerFromFacts(String check, String verdict) {
        var judgement = judge(check, HOST);

        assertThat(judgement.verdict()).as(judgement.toString()).isEqualTo(Verdict.of(verdict));
    }

    static Stream<String> asking() {
        return Stream.of(
                "pkg('x')",
                "pkgVersion('x') == ''",
                "pkgVerGe('x', '1')",
                "cmd('x')",
                "svcActive('x')",
                "svcEnabled('x')",
                "containerHost()",
                "isContainer()",
                "isVirtual()",
                "hasPhysicalDisks()",
                "hasMdRaid()",
                "hasBootloader()",
                "fileExists('/x')",
                "files('/x').all(f, true)",
                "dirHasContent('/x')");
    }

    @ParameterizedTest
    @MethodSource("asking")
    void nothingIsAnsweredFromATypeThatNeverReported(String check) {
        var judgement = judge(check, new FakeFacts().ok("own", "{}"));

        assertThat(judgement.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(judgement.reason().orElseThrow()).contains("has not been reported yet");
    }

    @ParameterizedTest
    @MethodSource("asking")
    void nothingIsAnsweredFromATypeThatWasDenied(String check) {
        var denied = new FakeFacts().ok("own", "{}");
        CATALOGUE.names().stream()
                .filter(type -> !type.equals("own"))
                .forEach(type -> denied.status(type, FactsStatus.DENIED));

        assertThat(judge(check, denied).reason().orElseThrow()).contains("ended with denied");
    }

    @ParameterizedTest
    @MethodSource("asking")
    void whatIsNotThereHasNothing(String check) {
        var absent = new FakeFacts().ok("own", "{}");
        CATALOGUE.names().stream()
                .filter(type -> !type.equals("own"))
                .forEach(type -> absent.status(type, FactsStatus.UNSUPPORTED));

        assertThat(judge(check, absent).verdict()).isIn(Verdict.FAIL, Verdict.NA, Verdict.PASS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "packages ; {\"deb\": {\"a::all\": \"1\"}} ; deb ; pkg('a') ; pass",
                "packages ; {\"deb\": {\"a::all\": \"1\"}} ; deb ; pkg('b') ; unknown",
                "packages ; {\"deb\": {\"a::all\": \"1\"}} ; pip ; pkg('b') ; fail",
                "commands ; {\"a\": [\"/bin/a\"]} ; b ; cmd('b') ; unknown",
                "commands ; {\"a\": [\"/bin/a\"]} ; b ; cmd('c') ; fail",
                "services ; {\"active\": []} ; active ; svcActive('b') ; unknown",
                "services ; {\"active\": []} ; enabled ; svcActive('b') ; fail",
                "fileattrs ; {\"/a/*\": null} ; /a/* ; size(files('/a/*')) == 0 ; unknown",
                "fileattrs ; {\"/a\": {}} ; /a ; fileExists('/a') ; unknown",
                "fileattrs ; {\"/a\": {}} ; /b ; fileExists('/a') ; pass",
            })
    void whatWasCutOffIsNotTakenForNotThere(String type, String data, String truncated, String check, String verdict) {
        var facts = new FakeFacts().ok("own", "{}").partial(type, data, List.of(), List.of(truncated));

        assertThat(judge(check, facts).verdict()).isEqualTo(Verdict.of(verdict));
    }

    @Test
    void evidenceShowsWhatFunctionsSaid() {
        var judgement = judge(
                "facts.one == 2 || pkg('telnetd') || !files('/etc/cron.*').all(f, f.owner != 'eve') && false", HOST);

        assertThat(judgement.evidence().reads())
                .extracting(read -> read.path() + " " + read.value())
                .containsExactly(
                        "own.one 1",
                        "pkg(\"telnetd\") false",
                        "files(\"/etc/cron.*\") [\"/etc/cron.d\",\"/etc/cron.daily\"]");
    }

    @Test
    void aFileThatOffendsIsShown() {
        assertThat(judge("files('/etc/cron.*').all(f, f.owner == 'root')", HOST)
                        .evidence()
                        .offending())
                .containsExactly("/etc/cron.daily: {\"owner\":\"eve\",\"octal\":\"0700\"}");
    }
}
