package dev.muster.collector.settings;

import java.util.List;

/**
 * The options of one section.
 *
 * @param section its name in full, for example {@code mail}; empty for the file's own level
 * @param effect what the section is for
 */
public record Options(String section, String effect, List<Option> all) {
    public Options {
        all = List.copyOf(all);
    }

    /** The same options below another name, as those of one discovery type among several. */
    public Options named(String other) {
        return new Options(other, effect, all);
    }
}
