package dev.muster.systemtests;

import java.util.List;
import java.util.stream.Collectors;

/** Rows of a page; what stands in a cell is plain text with code between backticks. */
final class MarkdownTable {
    private final StringBuilder text = new StringBuilder();

    MarkdownTable(String... titles) {
        row(titles);
        text.append("|").append("---|".repeat(titles.length)).append('\n');
    }

    void row(String... cells) {
        text.append(List.of(cells).stream().map(MarkdownTable::cell).collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    private static String cell(String cell) {
        return cell.replace("|", "\\|").replace("<", "&lt;").strip();
    }

    /** With an empty line after it. */
    @Override
    public String toString() {
        return text + "\n";
    }
}
