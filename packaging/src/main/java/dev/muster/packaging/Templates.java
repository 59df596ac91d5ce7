package dev.muster.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Copies text files with each {@code @NAME@} replaced; one that has no value is an error. */
record Templates(Map<String, String> values) {
    private static final Pattern PLACEHOLDER = Pattern.compile("@([A-Z_]+)@");

    void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                copyFile(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    void copyFile(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.writeString(to, filled(Files.readString(from), from));
    }

    private String filled(String text, Path from) {
        return PLACEHOLDER.matcher(text).replaceAll((MatchResult match) -> {
            String value = values.get(match.group(1));
            if (value == null) {
                throw new PackagingException(from + ": there is no value for " + match.group());
            }
            return java.util.regex.Matcher.quoteReplacement(value);
        });
    }
}
