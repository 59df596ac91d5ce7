package dev.muster.protocol.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Puts the members of one JSON object, already written to a buffer in canonical form, into the order of RFC 8785 section 3.2.3: by the
 * UTF-16 code units of their names.
 *
 * <p>Works on offsets into the buffer and compares the escaped UTF-8 in place, so that an object of 300,000 members costs 4 bytes a
 * member and not a String each: the agent does this inside a heap of 24 MB. Scripts print sorted names, so the common case is one pass
 * of comparisons and no copy. A heap sort, because it needs no second array.
 */
final class MemberOrder {
    private int[] starts = new int[64];
    private int count;

    int mark() {
        return count;
    }

    void member(int start) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
        }
        starts[count++] = start;
    }

    /**
     * Orders the members recorded since {@code mark}, which end at {@code end} (exclusive, no comma after the last), and forgets them.
     */
    void arrange(byte[] json, int mark, int end) {
        if (!ascending(json, mark)) {
            int[] sorted = Arrays.copyOfRange(starts, mark, count);
            heapSort(json, sorted);
            refuseDuplicates(json, sorted);
            rewrite(json, sorted, mark, end);
        }
        count = mark;
    }

    private boolean ascending(byte[] json, int mark) {
        for (int i = mark + 1; i < count; i++) {
            if (compare(json, starts[i - 1], starts[i]) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static void refuseDuplicates(byte[] json, int[] sorted) {
        for (int i = 1; i < sorted.length; i++) {
            if (compare(json, sorted[i - 1], sorted[i]) == 0) {
                throw new MalformedMessage("the same name twice in one object: " + name(json, sorted[i]));
            }
        }
    }

    private static String name(byte[] json, int start) {
        int end = start + 1;
        while (json[end] != '"' && end - start < 80) {
            end += json[end] == '\\' ? 2 : 1;
        }
        return new String(json, start, end - start, StandardCharsets.UTF_8) + '"';
    }

    private void rewrite(byte[] json, int[] sorted, int mark, int end) {
        int from = starts[mark];
        byte[] old = Arrays.copyOfRange(json, from, end);
        int at = from;
        for (int start : sorted) {
            int length = endOf(start, mark, end) - start;
            System.arraycopy(old, start - from, json, at, length);
            at += length;
            if (at < end) {
                json[at++] = ',';
            }
        }
    }

    /** The recorded starts ascend, so the end of a member is one before the next one's start, where the comma is. */
    private int endOf(int start, int mark, int end) {
        int next = Arrays.binarySearch(starts, mark, count, start) + 1;
        return next == count ? end : starts[next] - 1;
    }

    private static void heapSort(byte[] json, int[] a) {
        for (int root = a.length / 2 - 1; root >= 0; root--) {
            siftDown(json, a, root, a.length);
        }
        for (int last = a.length - 1; last > 0; last--) {
            swap(a, 0, last);
            siftDown(json, a, 0, last);
        }
    }

    private static void siftDown(byte[] json, int[] a, int from, int size) {
        int root = from;
        while (2 * root + 1 < size) {
            int child = 2 * root + 1;
            if (child + 1 < size && compare(json, a[child], a[child + 1]) < 0) {
                child++;
            }
            if (compare(json, a[root], a[child]) >= 0) {
                return;
            }
            swap(a, root, child);
            root = child;
        }
    }

    private static void swap(int[] a, int i, int j) {
        int held = a[i];
        a[i] = a[j];
        a[j] = held;
    }

    /** Compares the quoted names that start at {@code a} and {@code b} as sequences of UTF-16 code units. */
    static int compare(byte[] json, int a, int b) {
        int i = a + 1;
        int j = b + 1;
        while (true) {
            int x = unit(json, i);
            int y = unit(json, j);
            if (x != y || x < 0) {
                return Integer.compare(x, y);
            }
            i += width(json, i);
            j += width(json, j);
        }
    }

    /** What one byte (or escape) weighs: -1 for the closing quote. */
    private static int unit(byte[] json, int at) {
        int b = json[at] & 0xFF;
        return switch (b) {
            case '"' -> -1;
            case '\\' -> unescaped(json, at + 1);
            // In UTF-16 the surrogates (F0..F4 here) come before U+E000..U+FFFF (EE, EF), in UTF-8 after them.
            case 0xEE, 0xEF -> b + 0x10;
            default -> b;
        };
    }

    private static int unescaped(byte[] json, int at) {
        return switch (json[at]) {
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'f' -> '\f';
            case 'r' -> '\r';
            case 'u' -> Character.digit(json[at + 3], 16) << 4 | Character.digit(json[at + 4], 16);
            default -> json[at];
        };
    }

    private static int width(byte[] json, int at) {
        if (json[at] != '\\') {
            return 1;
        }
        return json[at + 1] == 'u' ? 6 : 2;
    }
}
