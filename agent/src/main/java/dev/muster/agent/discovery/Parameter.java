package dev.muster.agent.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a script may be told from outside. The value comes from the collector and is checked here, against the type's declaration. */
public sealed interface Parameter {
    /** Used where the collector gives none; accepted without a check, as it comes with the type. */
    String defaultValue();

    /** Returns the value as the script gets it, or throws {@link DiscoveryException} saying what is wrong. */
    String accept(String name, String value);

    /** These reach the script from the agent; whoever set them could make it run anything. */
    Set<String> RESERVED = Set.of("ROOT", "LIB", "PATH", "LC_ALL");

    Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,30}");

    /** Implementation choices, for lists of paths. */
    int MAX_PATHS = 1_000;

    int MAX_CHARS = 64 << 10;

    /** Where the kernel answers instead of a disk: reading can block or have effects. */
    Set<Path> KERNEL = Set.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

    /** The name of the environment variable, or throws where the parameter could not be declared. */
    static String variable(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        if (!NAME.matcher(name).matches() || RESERVED.contains(upper)) {
            throw new DiscoveryException("not a name that a parameter may have: " + name);
        }
        return "MUSTER_" + upper;
    }

    private static List<String> pathLines(String name, String value) {
        if (value.length() > MAX_CHARS) {
            throw new DiscoveryException(name + " is longer than " + MAX_CHARS + " characters");
        }
        List<String> lines = value.lines().filter(line -> !line.isEmpty()).toList();
        if (lines.size() > MAX_PATHS) {
            throw new DiscoveryException(name + " has more than " + MAX_PATHS + " paths");
        }
        return lines;
    }

    /** A whole number. */
    record WholeNumber(long min, long max, long otherwise) implements Parameter {
        @Override
        public String defaultValue() {
            return Long.toString(otherwise);
        }

        @Override
        public String accept(String name, String value) {
            try {
                long number = Long.parseLong(value);
                if (number >= min && number <= max) {
                    return Long.toString(number);
                }
            } catch (NumberFormatException e) {
                throw new DiscoveryException(name + " must be a whole number", e);
            }
            throw new DiscoveryException(name + " must be from " + min + " to " + max);
        }
    }

    /** One of a list of words. */
    record Choice(List<String> values, String defaultValue) implements Parameter {
        public Choice {
            values = List.copyOf(values);
        }

        @Override
        public String accept(String name, String value) {
            if (!values.contains(value)) {
                throw new DiscoveryException(name + " must be one of " + String.join(", ", values));
            }
            return value;
        }
    }

    /**
     * Paths, and globs as a shell's, below certain roots, one a line. What they name need not be there, and what is there is not
     * looked at: for scripts that say what a path leads to before they follow it.
     */
    record Globs(List<Path> roots, String defaultValue) implements Parameter {
        /** Each may have the script list folders. Implementation choice. */
        private static final int MAX_WILDCARDS = 8;

        private static final int MAX_PATH_CHARS = 4_095;

        /** Plain ASCII, since the environment of another locale turns other signs into the wildcard {@code ?}. */
        private static final Pattern PLAIN = Pattern.compile("(/[^/\\\\\\P{Print}]+)+");

        private static final Pattern WILDCARD = Pattern.compile("[*?\\[]");

        public Globs {
            roots = List.copyOf(roots);
        }

        @Override
        public String accept(String name, String value) {
            List<String> lines = pathLines(name, value);
            lines.forEach(line -> check(name, line));
            return String.join("\n", lines);
        }

        private void check(String name, String line) {
            if (!PLAIN.matcher(line).matches() || line.length() > MAX_PATH_CHARS) {
                throw new DiscoveryException(
                        name + " must hold absolute paths of printable ASCII without \\, // or a / at the end");
            }
            if (WILDCARD.matcher(line).results().count() > MAX_WILDCARDS) {
                throw new DiscoveryException(name + " holds a path with more than " + MAX_WILDCARDS + " wildcards");
            }
            Path path = Path.of(line);
            boolean isAllowed = path.normalize().equals(path)
                    && KERNEL.stream().noneMatch(path::startsWith)
                    && roots.stream().anyMatch(path::startsWith);
            if (!isAllowed) {
                throw new DiscoveryException(name + " may only hold paths below " + roots);
            }
        }
    }

    /** Regular files and folders below certain roots, one a line. */
    record Paths(List<Path> roots, String defaultValue) implements Parameter {
        public Paths {
            roots = List.copyOf(roots);
        }

        /** Checks what each path leads to, not only its text: a symbolic link must not lead out of the roots. */
        @Override
        public String accept(String name, String value) {
            List<String> lines = pathLines(name, value);
            lines.forEach(line -> check(name, line));
            return String.join("\n", lines);
        }

        private void check(String name, String line) {
            if (!line.startsWith("/") || line.chars().anyMatch(Character::isISOControl)) {
                throw new DiscoveryException(name + " must hold absolute paths without control characters");
            }
            Path path;
            try {
                path = Path.of(line);
                if (!isAllowed(path) || !path.normalize().equals(path) || !isAllowed(path.toRealPath())) {
                    throw new DiscoveryException(name + " may only hold paths below " + roots);
                }
            } catch (IOException | InvalidPathException e) {
                throw new DiscoveryException(name + " holds a path that is not there", e);
            }
            boolean plain = Files.isRegularFile(path) || Files.isDirectory(path);
            if (!plain) {
                throw new DiscoveryException(name + " may only hold regular files and folders");
            }
        }

        private boolean isAllowed(Path path) {
            return KERNEL.stream().noneMatch(path::startsWith)
                    && roots.stream().anyMatch(root -> path.startsWith(root) || path.startsWith(real(root)));
        }

        private static Path real(Path root) {
            try {
                return root.toRealPath(new LinkOption[0]);
            } catch (IOException e) {
                return root;
            }
        }
    }
}
