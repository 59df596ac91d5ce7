package dev.muster.collector.rules;

/** Finds the operands beside an operator in the text of a condition: names, calls, lists and texts, with what hangs on them. */
final class Operands {
    private Operands() {}

    /** Where the operand begins that the text ends with. */
    static int startOfLast(String text) {
        int at = text.stripTrailing().length();
        while (at > 0) {
            char last = text.charAt(at - 1);
            if (last == ')' || last == ']') {
                at = opening(text, at - 1);
            } else if (last == '"' || last == '\'') {
                return text.lastIndexOf(last, at - 2);
            } else if (isOfName(last)) {
                at--;
            } else {
                break;
            }
        }
        return Math.max(at, 0);
    }

    /** Where the operand ends that the text begins with. */
    static int endOfFirst(String text) {
        int at = text.length() - text.stripLeading().length();
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '(' || next == '[') {
                at = closing(text, at) + 1;
            } else if (isOfName(next)) {
                at++;
            } else {
                break;
            }
        }
        return Math.min(at, text.length());
    }

    private static boolean isOfName(char sign) {
        return sign == '.' || sign == '_' || Character.isLetterOrDigit(sign);
    }

    private static int opening(String text, int closing) {
        int depth = 0;
        for (int i = closing; i >= 0; i--) {
            char sign = text.charAt(i);
            depth += sign == ')' || sign == ']' ? 1 : sign == '(' || sign == '[' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return 0;
    }

    private static int closing(String text, int opening) {
        int depth = 0;
        for (int i = opening; i < text.length(); i++) {
            char sign = text.charAt(i);
            depth += sign == '(' || sign == '[' ? 1 : sign == ')' || sign == ']' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return text.length();
    }
}
