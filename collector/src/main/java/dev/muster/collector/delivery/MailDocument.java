package dev.muster.collector.delivery;

import java.util.List;

/**
 * What a mail says, before it is set as text or as HTML: both parts come from this, so they always say the same. All
 * text in it has been through {@link SafeText}; it is not yet escaped for HTML.
 *
 * @param headline one sentence: what happened
 * @param tone the colour of the headline's mark
 * @param footer why the reader gets this mail
 */
record MailDocument(String headline, Tone tone, List<Block> blocks, String footer) {
    MailDocument {
        blocks = List.copyOf(blocks);
    }

    /** How bad it is. */
    enum Tone {
        HIGH,
        MEDIUM,
        LOW,
        GOOD,
        NEUTRAL
    }

    sealed interface Block {}

    /** Words of its author: may have several lines. */
    record Prose(String heading, String text) implements Block {}

    /** What a machine said or is told: shown as it is, one line each. */
    record Code(String heading, List<String> lines) implements Block {
        Code {
            lines = List.copyOf(lines);
        }
    }

    /** Labels and what stands behind them. */
    record Fields(List<Field> fields) implements Block {
        Fields {
            fields = List.copyOf(fields);
        }
    }

    record Field(String label, String value) {}

    /** A list under a heading, each item with its mark. */
    record Items(String heading, List<Item> items) implements Block {
        Items {
            items = List.copyOf(items);
        }
    }

    /**
     * @param mark one word before the title, for example a severity or a time
     * @param lines smaller, below the title
     */
    record Item(Tone tone, String mark, String title, List<String> lines) {
        Item {
            lines = List.copyOf(lines);
        }
    }
}
