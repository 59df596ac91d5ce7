package dev.muster.collector.delivery;

import dev.muster.collector.delivery.MailDocument.Block;
import dev.muster.collector.delivery.MailDocument.Code;
import dev.muster.collector.delivery.MailDocument.Fields;
import dev.muster.collector.delivery.MailDocument.Items;
import dev.muster.collector.delivery.MailDocument.Prose;
import dev.muster.collector.delivery.MailDocument.Tone;
import java.util.List;

/**
 * Sets a mail as HTML: styles inline, tables for layout, nothing fetched, no link, since mail readers strip or block the
 * rest. Every text is escaped here and nowhere else.
 */
final class HtmlPart {
    private static final String FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;";
    private static final String MONO = "font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;";
    private static final String INK = "color:#1c2430;";
    private static final String FAINT = "color:#5b6675;";
    /** Long paths and values must not widen the mail. */
    private static final String BREAK = "overflow-wrap:anywhere;word-break:break-word;";

    private final StringBuilder out = new StringBuilder();

    private HtmlPart() {}

    static String of(MailDocument document) {
        var part = new HtmlPart();
        part.page(document);
        return part.out.toString();
    }

    private void page(MailDocument document) {
        out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\">")
                .append("<meta name=\"color-scheme\" content=\"light\"><title>muster</title></head>\n")
                .append("<body style=\"margin:0;padding:0;background:#eef1f5;\">\n")
                .append("<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"")
                .append(" style=\"background:#eef1f5;\"><tr><td align=\"center\" style=\"padding:24px 12px;\">\n")
                .append("<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"")
                .append(" style=\"max-width:640px;background:#ffffff;border:1px solid #d9dfe7;border-radius:8px;")
                .append("border-top:4px solid ")
                .append(colour(document.tone()))
                .append(";\"><tr><td align=\"left\" style=\"padding:24px 28px 8px 28px;")
                .append(FONT)
                .append("\">\n<div style=\"font-size:20px;line-height:28px;font-weight:600;")
                .append(INK + BREAK)
                .append("\">");
        escaped(document.headline()).append("</div>\n");
        document.blocks().forEach(this::block);
        out.append("<div style=\"margin-top:28px;padding:12px 0;border-top:1px solid #e6eaf0;font-size:12px;")
                .append("line-height:18px;" + FAINT + BREAK + "\">");
        document.footer().lines().forEach(line -> escaped(line).append("<br>\n"));
        out.append("</div>\n</td></tr></table>\n</td></tr></table>\n</body></html>\n");
    }

    private void block(Block block) {
        switch (block) {
            case Prose prose -> {
                heading(prose.heading());
                out.append("<div style=\"font-size:14px;line-height:21px;" + INK + BREAK + "\">");
                lines(prose.text().lines().toList());
                out.append("</div>\n");
            }
            case Code code -> {
                heading(code.heading());
                out.append("<div style=\"font-size:13px;line-height:20px;padding:8px 12px;background:#f4f6f9;")
                        .append("border:1px solid #e1e6ed;border-radius:4px;" + MONO + INK + BREAK + "\">");
                lines(code.lines());
                out.append("</div>\n");
            }
            case Fields fields -> fields(fields);
            case Items items -> items(items);
        }
    }

    private void fields(Fields fields) {
        out.append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"")
                .append(" style=\"margin-top:12px;font-size:14px;line-height:22px;\">\n");
        fields.fields().forEach(field -> {
            out.append("<tr><td valign=\"top\" style=\"padding-right:16px;white-space:nowrap;" + FONT + FAINT + "\">");
            escaped(field.label()).append("</td><td style=\"" + FONT + INK + BREAK + "\">");
            escaped(field.value()).append("</td></tr>\n");
        });
        out.append("</table>\n");
    }

    private void items(Items items) {
        heading(items.heading());
        items.items().forEach(item -> {
            out.append("<div style=\"padding:8px 0 8px 12px;margin-bottom:6px;border-left:3px solid ")
                    .append(colour(item.tone()))
                    .append(";\"><div style=\"font-size:14px;line-height:20px;" + INK + BREAK + "\">");
            if (!item.mark().isEmpty()) {
                mark(item.tone(), item.mark());
            }
            escaped(item.title()).append("</div>\n");
            if (!item.lines().isEmpty()) {
                out.append("<div style=\"font-size:12px;line-height:18px;" + MONO + FAINT + BREAK + "\">");
                lines(item.lines());
                out.append("</div>\n");
            }
            out.append("</div>\n");
        });
    }

    private void mark(Tone tone, String mark) {
        out.append("<span style=\"font-size:12px;font-weight:600;color:")
                .append(colour(tone))
                .append(";\">");
        escaped(mark).append("</span>&nbsp; ");
    }

    private void heading(String heading) {
        out.append("<div style=\"margin:20px 0 6px 0;font-size:13px;line-height:18px;font-weight:600;")
                .append(FAINT + BREAK + "\">");
        escaped(heading).append("</div>\n");
    }

    private void lines(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            escaped(lines.get(i)).append(i + 1 < lines.size() ? "<br>\n" : "");
        }
    }

    /** Dark enough to be read on white (contrast 4.5 and up). */
    private static String colour(Tone tone) {
        return switch (tone) {
            case HIGH -> "#b42318";
            case MEDIUM -> "#b54708";
            case LOW -> "#3d5a80";
            case GOOD -> "#1a7f37";
            case NEUTRAL -> "#5b6675";
        };
    }

    private StringBuilder escaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out;
    }
}
