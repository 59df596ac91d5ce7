package dev.muster.collector.graph.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class GraphPageTest {
    private static final Path PAGE = Path.of("../docs/graph.md");

    @Test
    void thePageSaysWhatIsDeclared() throws IOException {
        String text = new GraphPage(Projections.shipped().schema()).text();
        if (Boolean.getBoolean("muster.write-docs")) {
            Files.writeString(PAGE, text);
        }
        assertThat(PAGE)
                .as("write it anew with the command at its top")
                .content()
                .isEqualTo(text);
    }
}
