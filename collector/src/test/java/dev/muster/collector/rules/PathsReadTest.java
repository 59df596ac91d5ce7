package dev.muster.collector.rules;

import static dev.muster.collector.rules.RuleFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathsReadTest {
    private static final Catalogue CATALOGUE = Catalogue.of(FakeFacts.json("""
            {"version": 1, "types": {
              "own": {"fields": [{"name": "path", "type": "text"}]},
              "fileattrs": {"keys": [{"pattern": "/*", "type": "record", "fields": [
                {"name": "owner", "type": "text"}, {"name": "octal", "type": "text"}]}]}}}
            """));

    private static final String PARAMETERS = """
            - param: folder
              type: text
              default: /srv
              meaning: a folder
            - param: unset
              type: text
              meaning: no folder
            """;

    private static LoadResult load(String type, String rules) {
        var values = new ParameterValues(
                Map.of(), Map.of("web", Map.of("folder", FakeFacts.json("\"/var/www\""))), Map.of(), Map.of());
        return RuleLoader.load(
                CATALOGUE,
                List.of(new RuleSource("rules.yaml", Optional.of(type), PARAMETERS + rules)),
                RuleLoader.DEFAULT_PROFILES,
                values);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "own ; fileExists('/a') && !fileExists('/b') ; /a /b",
                "own ; dirHasContent('/c') || dirHasContent('/d/') ; /c/* /d/*",
                "own ; files('/e/*.conf').all(f, f.owner == 'root') ; /e/*.conf",
                "own ; fileExists(param.folder) ; /srv /var/www",
                "own ; files(param.folder + '/*').all(f, true) ; /srv/* /var/www/*",
                "own ; fileExists(param.unset) ; ``",
                "own ; host.fileattrs['/f'].owner == 'root' ; /f",
                "own ; '/g' in host.fileattrs ; /g",
                "own ; has(host.fileattrs) ; ``",
                "fileattrs ; facts['/h'].octal == '0644' ; /h",
                "fileattrs ; ['/i'].exists(p, fileExists('/i')) ; /i",
            })
    void everyPathThatARuleReadsIsCollected(String type, String check, String paths) {
        var loaded = load(type, yaml("r1", "true", check, "na"));

        assertThat(loaded.problems()).isEmpty();
        assertThat(String.join(" ", loaded.set().pathsRead())).isEqualTo(paths);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "own ; fileExists(facts.path) ; fileExists() needs a literal path",
                "own ; ['/a'].all(p, fileExists(p)) ; fileExists() needs a literal path",
                "own ; files('/a/' + facts.path).all(f, true) ; files() needs a literal path",
                "own ; fileExists('etc/passwd') ; is no absolute path",
                "own ; fileExists('/etc/../root') ; is no absolute path",
                "own ; fileExists('/etc/./root') ; is no absolute path",
                "own ; fileExists('/etc//root') ; is no absolute path",
                "own ; fileExists('/etc/') ; is no absolute path",
                "own ; fileExists('/etc/é') ; is no absolute path",
                "own ; fileExists('/proc/1/exe') ; is the kernel's",
                "own ; fileExists('/etc/*') ; is a glob: use files()",
                "own ; files('/*/*/*/*/*/*/*/*/*').all(f, true) ; has more than 8 wildcards",
                "own ; dirHasContent('/*/*/*/*/*/*/*/*') ; has more than 8 wildcards",
                "own ; host.fileattrs.all(p, true) ; which paths are read cannot be known",
                "own ; host.fileattrs[facts.path].owner == 'root' ; which paths are read cannot be known",
                "fileattrs ; facts.all(p, facts[p].owner == 'root') ; which paths are read cannot be known",
                "fileattrs ; facts['/etc/passwd'].ovner == 'root' ; undefined field 'ovner'",
                "fileattrs ; facts['/etc/passwd'].octal == 644 ; no matching overload",
                "own ; files('/a/*').all(f, f.mode == '0644') ; undefined field 'mode'",
            })
    void aPathThatCannotBeForeseenDoesNotCompile(String type, String check, String problem) {
        var loaded = load(type, yaml("r1", "true", check, "na"));

        assertThat(loaded.set().rules()).isEmpty();
        assertThat(loaded.problems())
                .singleElement()
                .asString()
                .startsWith("rules.yaml:")
                .contains(problem);
    }

    @Test
    void theUnionOfAllRulesIsSortedAndOnlyOfActiveProfiles() {
        String strict = yaml("r3", "true", "fileExists('/strict')", "na").replace("profile: base", "profile: strict");
        var rules = load(
                        "own",
                        yaml("r1", "fileExists('/z')", "fileExists('/b')", "na")
                                + yaml("r2", "true", "fileExists('/b') || fileExists('/a')", "na")
                                + strict)
                .set();

        assertThat(rules.pathsRead()).containsExactly("/a", "/b", "/z");
    }

    @Test
    void aNamedInstanceHasPathsOfItsOwn() {
        String named = yaml("r1", "true", "facts.all(p, facts[p].owner == 'root')", "na") + "  instance: binaries\n";
        var loaded = load("fileattrs", named);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.set().pathsRead()).isEmpty();
    }
}
