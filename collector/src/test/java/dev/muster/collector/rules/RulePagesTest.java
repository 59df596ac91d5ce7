package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class RulePagesTest {
    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void thePagesSayWhatTheRulesAreAndCover() throws IOException {
        var pages = new RulePages();
        keepInStep("rule-list.md", pages.list());
        keepInStep("coverage.md", pages.coverage());
    }

    private static void keepInStep(String name, String text) throws IOException {
        Path page = DOCS.resolve(name);
        if (Boolean.getBoolean("muster.write-docs")) {
            Files.writeString(page, text);
        }
        assertThat(page).hasContent(text);
    }
}
