package dev.muster.scripts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of all samples of a type, laid over each other, and then made hostile. */
final class HostileTree {
    /** So many files hold the largest content: those that most samples have. */
    private static final int LARGE_FILES = 3;

    /** Folders cost more to make than files, for each takes what is in it along. */
    private static final int MANY_FOLDERS = 2_000;

    /** Each costs a process for each name. */
    private static final int FOLDERS_WITH_NAMES = 20;

    /** Links are made faster than files; ext4 allows 65,000 of one. */
    private static final int LINKS_OF_ONE_FILE = 50_000;

    private final Path root;
    private final Path scratch;

    private HostileTree(Path root, Path scratch) {
        this.root = root;
        this.scratch = scratch;
    }

    /**
     * @param root an empty folder
     * @param scratch a folder beside it
     */
    static void build(Path type, Hostility hostility, Path root, Path scratch)
            throws IOException, InterruptedException {
        var tree = new HostileTree(root, scratch);
        Map<Path, Integer> samples = tree.layOver(Sample.of(type));
        List<Path> files = samples.keySet().stream()
                .sorted(Comparator.comparingInt((Path file) -> -samples.getOrDefault(file, 0))
                        .thenComparing(file -> file))
                .toList();
        switch (hostility) {
            case NAMES -> tree.addHostileNames();
            case CROWD -> tree.addCrowd();
            case FIFO -> tree.replaceByFifos(files);
            default -> {
                for (Path file : files) {
                    tree.replace(file, hostility, files.indexOf(file) < LARGE_FILES);
                }
            }
        }
    }

    /** The files, by their path, and in how many samples each one is. */
    private Map<Path, Integer> layOver(List<Sample> samples) throws IOException {
        var found = new TreeMap<Path, Integer>();
        for (Sample sample : samples) {
            if (sample.hasOwners() && !"root".equals(System.getProperty("user.name"))) {
                continue;
            }
            Path alone = Files.createTempDirectory(scratch, "sample");
            sample.build(alone);
            for (Path file : regularFiles(alone)) {
                found.merge(root.resolve(alone.relativize(file).toString()), 1, Integer::sum);
            }
            merge(alone, root);
        }
        var real = new TreeMap<Path, Integer>();
        for (var entry : found.entrySet()) {
            if (isReached(entry.getKey()) && Files.isRegularFile(entry.getKey(), LinkOption.NOFOLLOW_LINKS)) {
                real.put(entry.getKey(), entry.getValue());
            }
        }
        return real;
    }

    /** Like {@link Sample#copy}, but where two samples disagree whether something is a folder the first one holds. */
    private void merge(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (isReached(target) && !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    /** Whether the folder is there, and no link leads into it from another. */
    private boolean isReached(Path file) throws IOException {
        Path folder = file.getParent();
        return folder != null
                && Files.isDirectory(folder)
                && folder.toRealPath()
                        .equals(root.toRealPath()
                                .resolve(root.relativize(folder).toString()));
    }

    private void replace(Path file, Hostility hostility, boolean isLarge) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        byte[] content = hostility.content(Files.readAllBytes(file), isLarge);
        Files.delete(file);
        switch (hostility) {
            case LINK_LOOP -> Files.createSymbolicLink(file, file.getFileName());
            case FOLDER -> Files.createDirectory(file);
            case UNREADABLE ->
                Files.setPosixFilePermissions(Files.write(file, content), PosixFilePermissions.fromString("---------"));
            default -> Files.write(file, content);
        }
    }

    private void replaceByFifos(List<Path> files) throws IOException, InterruptedException {
        for (int from = 0; from < files.size(); from += 500) {
            var command = new ArrayList<>(List.of(Shell.require("mkfifo"), "--"));
            for (Path file : files.subList(from, Math.min(files.size(), from + 500))) {
                Files.delete(file);
                command.add(file.toString());
            }
            Shell.runTool(scratch, command.toArray(String[]::new));
        }
    }

    /** In the outer folders, beside a file and a folder of each. */
    private void addHostileNames() throws IOException, InterruptedException {
        for (Path folder : folders().stream().limit(FOLDERS_WITH_NAMES).toList()) {
            for (Path example : examples(folder)) {
                copyByNames(example, folder);
            }
        }
    }

    /** A shell does it, since Java refuses names that are no UTF-8. */
    private void copyByNames(Path example, Path folder) throws IOException, InterruptedException {
        Path list = Files.write(scratch.resolve("names"), Hostility.latin(String.join("\0", Hostility.ATOMS) + "\0"));
        String program = "xargs -0 sh -c 'for name; do cp -RP -- \"$example\" \"$folder/$name\"; done' sh <\"$list\"";
        Shell.runTool(
                scratch,
                "env",
                "example=" + example,
                "folder=" + folder,
                "list=" + list,
                Shell.require("sh"),
                "-c",
                program);
    }

    /** In the folder with most files, and in the one with most folders. */
    private void addCrowd() throws IOException {
        for (boolean ofFolders : List.of(false, true)) {
            var most = folders().stream().max(Comparator.comparingLong(folder -> count(folder, ofFolders)));
            if (most.isPresent() && count(most.get(), ofFolders) > 0) {
                crowd(
                        most.get(),
                        children(most.get(), ofFolders).getFirst(),
                        ofFolders ? MANY_FOLDERS : Hostility.MANY);
            }
        }
    }

    /** Named by numbers, so that they may pass for processes. */
    private static void crowd(Path folder, Path example, int count) throws IOException {
        Path linked = example;
        for (int i = 0; i < count; i++) {
            Path copy = folder.resolve(Integer.toString(1_000_000 + i));
            if (Files.isDirectory(example)) {
                Sample.copy(example, copy);
            } else if (i % LINKS_OF_ONE_FILE == 0) {
                linked = Files.copy(example, copy);
            } else {
                Files.createLink(copy, linked);
            }
        }
    }

    private static List<Path> examples(Path folder) {
        return Stream.of(false, true)
                .flatMap(ofFolders -> children(folder, ofFolders).stream().limit(1))
                .toList();
    }

    private static long count(Path folder, boolean ofFolders) {
        return children(folder, ofFolders).size();
    }

    private static List<Path> children(Path folder, boolean ofFolders) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> ofFolders
                            ? Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)
                            : Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Outer ones first. */
    private List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted(Comparator.comparingInt(Path::getNameCount).thenComparing(folder -> folder))
                    .toList();
        }
    }

    private static List<Path> regularFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }
}
