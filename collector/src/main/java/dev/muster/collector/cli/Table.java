package dev.muster.collector.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows under headings, each column as wide as its widest cell. On a terminal that is too narrow the widest columns become narrower and
 * their cells go on in the next line; in a pipe every row is one line and whole.
 */
final class Table {
    private static final String GAP = "  ";

    /** Below this a column is not made narrower: its text would be unreadable. */
    private static final int NARROWEST_COLUMNS = 12;

    /** A cell is cut after so many lines on a terminal, so that one value cannot push all others off the screen. */
    private static final int MOST_LINES = 8;

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    static Table of(Column... columns) {
        return new Table(List.of(columns));
    }

    /** Adds a row of raw values, one a column; they are escaped here. */
    void add(List<String> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + columns.size() + " columns");
        }
        rows.add(cells.stream().map(Text::escape).toList());
    }

    void add(String... cells) {
        add(List.of(cells));
    }

    void print(Screen screen) {
        int[] widths = widths(screen);
        List<String> headings =
                columns.stream().map(column -> Text.escape(column.heading())).toList();
        line(headings, widths).forEach(line -> screen.out().println(screen.style(Screen.Style.HEADING, line)));
        for (List<String> row : rows) {
            line(row, widths).forEach(screen.out()::println);
        }
    }

    private int[] widths(Screen screen) {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Text.width(Text.escape(columns.get(i).heading()));
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], Text.width(row.get(i)));
            }
        }
        if (screen.width().isPresent()) {
            shrink(widths, screen.width().getAsInt() - GAP.length() * (widths.length - 1));
        }
        return widths;
    }

    private static void shrink(int[] widths, int room) {
        int excess = Arrays.stream(widths).sum() - room;
        while (excess > 0) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            if (widths[widest] <= NARROWEST_COLUMNS) {
                return;
            }
            widths[widest]--;
            excess--;
        }
    }

    private List<String> line(List<String> cells, int[] widths) {
        List<List<String>> wrapped = new ArrayList<>();
        int height = 1;
        for (int i = 0; i < widths.length; i++) {
            List<String> lines = cell(cells.get(i), widths[i]);
            wrapped.add(lines);
            height = Math.max(height, lines.size());
        }
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < height; line++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String part = line < wrapped.get(i).size() ? wrapped.get(i).get(line) : "";
                text.append(i == 0 ? "" : GAP).append(columns.get(i).align(part, widths[i]));
            }
            lines.add(text.toString().stripTrailing());
        }
        return lines;
    }

    private static List<String> cell(String text, int width) {
        if (Text.width(text) <= width) {
            return List.of(text);
        }
        List<String> lines = Text.wrap(text, width, Text.LongWords.BREAK);
        if (lines.size() <= MOST_LINES) {
            return lines;
        }
        List<String> cut = new ArrayList<>(lines.subList(0, MOST_LINES - 1));
        cut.add("…");
        return cut;
    }

    /** Where a cell's text stands in its column. */
    enum Align {
        LEFT,
        RIGHT
    }

    record Column(String heading, Align align) {
        static Column left(String heading) {
            return new Column(heading, Align.LEFT);
        }

        static Column right(String heading) {
            return new Column(heading, Align.RIGHT);
        }

        String align(String text, int width) {
            return switch (align) {
                case LEFT -> Text.pad(text, width);
                case RIGHT -> " ".repeat(Math.max(0, width - Text.width(text))) + text;
            };
        }
    }
}
