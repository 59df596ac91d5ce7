package dev.muster.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no collector. */
final class RulesCommandTest {
    private static final String RULE = """
            - id: ours-1
              title: The daemon listens where it should
              category: security
              severity: high
              when: "true"
              check: facts.%s == "no"
              missing: fail
              why: Because.
              fix: Do it.
              profile: base
            """;

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void aMisspeltFieldIsToldWithFileLineAndWhatWasMeant() throws IOException {
        Path rules = file(
                "sshd.yaml",
                RULE.formatted("effective.permitrootlogn") + "- disable: nist_V-3861\n  why: here it is right\n");

        Run run = Run.of(folder, "rules", "lint", rules.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(rules + ":6: ours-1: check: undefined field")
                .contains(rules + ":11: nist_V-3861: there is no rule nist_V-3861; did you mean nist_V-38");
        assertThat(run.err()).contains("2 problems");
    }

    @Test
    void aFileWithoutAMistakeIsRight() throws IOException {
        Path rules = file("os.yaml", RULE.formatted("id"));

        assertThat(Run.of(folder, "rules", "lint", rules.toString()))
                .isEqualTo(new Run(0, "", "muster: nothing is wrong\n"));
    }

    @Test
    void aFilesRulesJudgeGivenFactsWithNoCollector() throws IOException {
        Path rules = file("os.yaml", RULE.formatted("id"));
        Path facts = file("facts.json", "{\"facts\": {\"os\": {\"id\": \"debian\"}}}");

        Run run =
                Run.of(folder, "rules", "test", rules.toString(), "--facts", facts.toString(), "--today", "2026-11-21");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("""
                RULE    VERDICT  FOUND
                ours-1  fail     os.id = "debian"
                """);
    }

    @Test
    void factsThatAreNoneAreRefused() throws IOException {
        Path rules = file("os.yaml", RULE.formatted("id"));
        Path facts = file("facts.json", "[1]");

        Run run = Run.of(folder, "rules", "test", rules.toString(), "--facts", facts.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("has an entry without \"type\" and \"data\"");
    }
}
