package dev.muster.protocol.message;

import java.util.List;

/** The checks that every message shares; each throws {@link MalformedMessage} naming the field. */
final class Bounds {
    private Bounds() {}

    /** At most {@code maxChars} UTF-16 units, no control characters. */
    static String text(String field, String value, int maxChars) {
        if (value.length() > maxChars) {
            throw new MalformedMessage(
                    field + " is " + value.length() + " characters long, at most " + maxChars + " are allowed");
        }
        if (value.chars().anyMatch(c -> Character.isISOControl(c))) {
            throw new MalformedMessage(field + " contains a control character");
        }
        return value;
    }

    static String required(String field, String value, int maxChars) {
        if (value.isEmpty()) {
            throw new MalformedMessage(field + " is missing or empty");
        }
        return text(field, value, maxChars);
    }

    /** Text that may hold line breaks, as standard error does. */
    static List<String> lines(String field, List<String> values, int maxCount, int maxChars) {
        if (values.size() > maxCount) {
            throw new MalformedMessage(
                    field + " has " + values.size() + " entries, at most " + maxCount + " are allowed");
        }
        for (String value : values) {
            if (value.length() > maxChars) {
                throw new MalformedMessage(field + " has an entry of " + value.length() + " characters, at most "
                        + maxChars + " are allowed");
            }
        }
        return List.copyOf(values);
    }

    static List<String> texts(String field, List<String> values, int maxCount, int maxChars) {
        List<String> copy = lines(field, values, maxCount, maxChars);
        copy.forEach(value -> required(field, value, maxChars));
        return copy;
    }

    static long atLeast(String field, long value, long least) {
        if (value < least) {
            throw new MalformedMessage(field + " is " + value + ", at least " + least + " is needed");
        }
        return value;
    }

    /** Lower-case hexadecimal of exactly {@code bytes} bytes, or empty where the sender does not know. */
    static String hexOrEmpty(String field, String value, int bytes) {
        if (!value.isEmpty() && !isHex(value, bytes)) {
            throw new MalformedMessage(field + " must be " + 2 * bytes + " lower-case hexadecimal digits");
        }
        return value;
    }

    static boolean isHex(String value, int bytes) {
        return value.length() == 2 * bytes
                && value.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
