package dev.muster.collector.delivery;

import dev.muster.collector.delivery.MailDocument.Block;
import dev.muster.collector.delivery.MailDocument.Code;
import dev.muster.collector.delivery.MailDocument.Field;
import dev.muster.collector.delivery.MailDocument.Fields;
import dev.muster.collector.delivery.MailDocument.Item;
import dev.muster.collector.delivery.MailDocument.Items;
import dev.muster.collector.delivery.MailDocument.Prose;

/** Sets a mail as plain text. */
final class TextPart {
    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();

    private TextPart() {}

    static String of(MailDocument document) {
        var part = new TextPart();
        part.out.append(document.headline()).append('\n');
        document.blocks().forEach(part::block);
        // "-- " begins a signature, which mail readers leave out of replies (RFC 3676, 4.3).
        part.out.append("\n-- \n").append(document.footer()).append('\n');
        return part.out.toString();
    }

    private void block(Block block) {
        out.append('\n');
        switch (block) {
            case Prose prose -> {
                heading(prose.heading());
                prose.text().lines().forEach(this::indented);
            }
            case Code code -> {
                heading(code.heading());
                code.lines().forEach(this::indented);
            }
            case Fields fields -> fields(fields);
            case Items items -> {
                heading(items.heading());
                items.items().forEach(this::item);
            }
        }
    }

    private void fields(Fields fields) {
        int width = fields.fields().stream()
                .mapToInt(field -> field.label().length())
                .max()
                .orElse(0);
        for (Field field : fields.fields()) {
            indented(field.label() + " ".repeat(width - field.label().length() + 2) + field.value());
        }
    }

    private void item(Item item) {
        indented((item.mark().isEmpty() ? "" : "[" + item.mark() + "] ") + item.title());
        item.lines().forEach(line -> indented(INDENT + INDENT + line));
    }

    private void heading(String heading) {
        out.append(heading).append('\n');
    }

    private void indented(String line) {
        out.append(INDENT).append(line).append('\n');
    }
}
