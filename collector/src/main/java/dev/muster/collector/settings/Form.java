package dev.muster.collector.settings;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** What may stand behind a key. */
public sealed interface Form {
    /** For people: kind, unit and range. */
    String said();

    /** {@code true} or {@code false}. */
    record Flag() implements Form {
        @Override
        public String said() {
            return "`true` or `false`";
        }
    }

    /**
     * So many of something.
     *
     * @param unit what is counted; empty where the name says it
     */
    record Count(int least, int most, String unit) implements Form {
        @Override
        public String said() {
            return "a number" + (unit.isEmpty() ? "" : " of " + unit) + " from " + least + " to " + most;
        }
    }

    /** A number with its unit. */
    record Time(Duration least, Duration most) implements Form {
        @Override
        public String said() {
            return "a time from " + Durations.text(least) + " to " + Durations.text(most);
        }
    }

    /** One of some words. */
    record Word(List<String> words) implements Form {
        public Word {
            words = List.copyOf(words);
        }

        @Override
        public String said() {
            return words.stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
        }
    }

    /** {@code address:port}. */
    record Address() implements Form {
        @Override
        public String said() {
            return "address:port, an IPv6 address in brackets";
        }
    }

    /** One value of a shape that its reader knows. */
    record Text(String said) implements Form {}

    /** One value, or a list of them. */
    record Texts(String said) implements Form {}

    /** Names with values, or a list: what its reader makes of it. */
    record Tree(String said) implements Form {}

    /** Keys of its own. */
    record Keys() implements Form {
        @Override
        public String said() {
            return "keys, see below";
        }
    }
}
