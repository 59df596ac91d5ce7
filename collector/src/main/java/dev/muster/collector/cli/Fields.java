package dev.muster.collector.cli;

import java.util.ArrayList;
import java.util.List;

/** Labels and their values, one below the other; long values are wrapped beside their label. Empty values are left out. */
final class Fields {
    private record Field(String label, String value) {}

    private final List<Field> fields = new ArrayList<>();

    /** Adds a raw value, which is escaped here; its line ends stay. */
    void add(String label, String value) {
        if (!value.isBlank()) {
            fields.add(new Field(Text.escape(label), value));
        }
    }

    void print(Screen screen, String indent) {
        int labels = fields.stream()
                .mapToInt(field -> Text.width(field.label()))
                .max()
                .orElse(0);
        int room = screen.proseWidth() - indent.length() - labels - 2;
        for (Field field : fields) {
            String lead = indent + screen.style(Screen.Style.DIM, Text.pad(field.label(), labels)) + "  ";
            for (String line : Text.wrap(field.value(), room, Text.LongWords.KEEP)) {
                screen.out().println((lead + line).stripTrailing());
                lead = indent + " ".repeat(labels + 2);
            }
        }
    }
}
