package dev.muster.agent.discovery;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a host is, in the words of discovery.yaml's {@code platforms}: {@code linux}, and the words that os-release(5) says in ID and
 * ID_LIKE, such as {@code debian} on Ubuntu.
 */
public final class Platforms {
    private static final String KERNEL = "linux";

    private Platforms() {}

    /**
     * The words.
     *
     * @param osRelease the file's text; empty where there is none
     */
    public static Set<String> of(String osRelease) {
        var words = new TreeSet<String>();
        words.add(KERNEL);
        osRelease
                .lines()
                .filter(line -> line.startsWith("ID=") || line.startsWith("ID_LIKE="))
                .map(line -> line.substring(line.indexOf('=') + 1))
                .flatMap(value -> Arrays.stream(value.replaceAll("[\"']", "").split("\\s+", -1)))
                .filter(word -> !word.isEmpty())
                .map(word -> word.toLowerCase(Locale.ROOT))
                .forEach(words::add);
        return words;
    }
}
