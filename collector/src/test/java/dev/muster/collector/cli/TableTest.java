package dev.muster.collector.cli;

import static dev.muster.collector.cli.Table.Column.left;
import static dev.muster.collector.cli.Table.Column.right;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TableTest {
    private static String print(Table table, OptionalInt width, Screen.Colours colours) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        table.print(Run.screen(out, new ByteArrayOutputStream(), width, colours));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void inAPipeARowIsOneWholeLine() {
        Table table = Table.of(left("A"), right("B"), left("C"));
        table.add("x", "10", "word ".repeat(60).strip());
        table.add("yy", "9", "");
        String printed = print(table, OptionalInt.empty(), Screen.Colours.OFF);
        assertThat(printed.lines()).hasSize(3);
        assertThat(printed).startsWith("A    B  C\nx   10  word word").endsWith("\nyy   9\n");
    }

    @Test
    void onATerminalNoLineIsWiderThanIt() {
        Table table = Table.of(left("NAME"), left("TEXT"));
        table.add("n".repeat(50), "日本 ".repeat(40));
        for (int width = 30; width <= 130; width += 5) {
            int most = width;
            assertThat(print(table, OptionalInt.of(width), Screen.Colours.OFF).lines())
                    .allSatisfy(line -> assertThat(Text.width(line)).isLessThanOrEqualTo(most));
        }
    }

    @Test
    void aCellCannotPushAllOthersOffTheTerminal() {
        Table table = Table.of(left("TEXT"));
        table.add("x".repeat(10_000));
        List<String> lines =
                print(table, OptionalInt.of(40), Screen.Colours.OFF).lines().toList();
        assertThat(lines).hasSize(9).endsWith("…");
    }

    @Test
    void coloursAreOnlyAroundWholeHeadings() {
        Table table = Table.of(left("A\u001b[0m"));
        table.add("b\u001b[31m");
        assertThat(print(table, OptionalInt.empty(), Screen.Colours.ON))
                .isEqualTo("\u001b[1mA\\x1b[0m\u001b[0m\nb\\x1b[31m\n");
    }

    @Test
    void aRowHasACellForEachColumn() {
        assertThatThrownBy(() -> Table.of(left("A")).add("1", "2")).isInstanceOf(IllegalArgumentException.class);
    }
}
