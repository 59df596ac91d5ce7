package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of all samples of a type, laid over each other, and then made hostile. */
final class HostileTree implements AutoCloseable {
    /** So many files hold the largest content: those that most samples have. */
    private static final int LARGE_FILES = 3;

    /** Folders cost more to make than files, for each takes what is in it along. */
    private static final int MANY_FOLDERS = 2_000;

    private static final int MANY_FILES_IN_FOLDERS = 10_000;

    private static final int FOLDERS_WITH_FILES = 20;

    /** Each costs a process for each name. */
    private static final int FOLDERS_WITH_FOLDERS = 8;

    private final HostileMaterial material;
    private final Path root;
    private final Path scratch;
    private Optional<Path> crowd = Optional.empty();

    private HostileTree(HostileMaterial material, Path root, Path scratch) {
        this.material = material;
        this.root = root;
        this.scratch = scratch;
    }

    /**
     * To be closed before its folder is removed.
     *
     * @param root an empty folder
     * @param scratch a folder beside it
     */
    static HostileTree build(HostileMaterial material, Path type, Hostility hostility, Path root, Path scratch)
            throws IOException, InterruptedException {
        var tree = new HostileTree(material, root, scratch);
        HostileMaterial.Laid samples = material.samplesOf(type);
        tree.runTool("cp", "-a", "--", samples.folder() + "/.", root.toString());
        List<Path> files = samples.files().stream().map(root::resolve).toList();
        switch (hostility) {
            case NAMES -> tree.addHostileNames();
            case CROWD -> tree.addCrowd();
            case FIFO -> tree.replaceByFifos(files);
            default -> {
                for (int i = 0; i < files.size(); i++) {
                    replace(files.get(i), hostility, i < LARGE_FILES);
                }
            }
        }
        return tree;
    }

    /** Saves what other trees can use. */
    @Override
    public void close() throws IOException {
        if (crowd.isEmpty()) {
            return;
        }
        Path rest = Files.createDirectory(scratch.resolve("rest"));
        for (Path child : children(crowd.get())) {
            if (!HostileMaterial.isOfCrowd(child)) {
                Files.move(child, rest.resolve(child.getFileName()));
            }
        }
        material.giveCrowdBack(crowd.get());
        crowd = Optional.empty();
    }

    private static void replace(Path file, Hostility hostility, boolean isLarge) throws IOException {
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
            var command = new ArrayList<>(List.of("--"));
            for (Path file : files.subList(from, Math.min(files.size(), from + 500))) {
                Files.delete(file);
                command.add(file.toString());
            }
            runTool("mkfifo", command.toArray(String[]::new));
        }
    }

    /** In the outer folders, beside a file and a folder of each. Other programs do it, since Java refuses names that are no UTF-8. */
    private void addHostileNames() throws IOException, InterruptedException {
        List<Path> folders = folders();
        for (Path folder : folders.stream().limit(FOLDERS_WITH_FILES).toList()) {
            var file = children(folder, Kind.FILES).stream().findFirst();
            if (file.isPresent()) {
                runForNames(
                        folder, file.get(), "xargs -0 sh -c 'tee -- \"$@\" <\"$example\" >/dev/null' sh <\"$list\"");
            }
        }
        for (Path folder : folders.stream().limit(FOLDERS_WITH_FOLDERS).toList()) {
            var example = children(folder, Kind.FOLDERS).stream().findFirst();
            if (example.isPresent()) {
                String program = "xargs -0 sh -c 'for path; do cp -RP -- \"$example\" \"$path\"; done' sh <\"$list\"";
                runForNames(folder, example.get(), program);
            }
        }
    }

    private void runForNames(Path folder, Path example, String program) throws IOException, InterruptedException {
        var paths = new StringBuilder();
        Hostility.ATOMS.forEach(
                name -> paths.append(folder).append('/').append(name).append('\0'));
        Path list = Files.write(scratch.resolve("names"), Hostility.latin(paths.toString()));
        Shell.runTool(scratch, "env", "example=" + example, "list=" + list, Shell.require("sh"), "-c", program);
    }

    /** In the folder with most folders, then in the one with most files: the other way round each of the first held all of the second. */
    private void addCrowd() throws IOException {
        Optional<Path> outer = folderWithMost(Kind.FOLDERS);
        Optional<Path> inner = folderWithMost(Kind.FILES);
        if (outer.isPresent()) {
            copyFolders(outer.get(), children(outer.get(), Kind.FOLDERS).getFirst());
        }
        if (inner.isPresent()) {
            putCrowdInto(inner.get(), children(inner.get(), Kind.FILES).getFirst());
        }
    }

    private static void copyFolders(Path folder, Path example) throws IOException {
        long size;
        try (Stream<Path> files = Files.walk(example)) {
            size = files.count();
        }
        for (int i = 0; i < Math.min(MANY_FOLDERS, MANY_FILES_IN_FOLDERS / size); i++) {
            Sample.copy(example, folder.resolve(Integer.toString(2_000_000 + i)));
        }
    }

    private void putCrowdInto(Path folder, Path example) throws IOException {
        Files.setPosixFilePermissions(example, PosixFilePermissions.fromString("rw-r--r--"));
        Path taken = material.takeCrowd(Files.readAllBytes(example));
        for (Path child : children(folder)) {
            Files.move(child, taken.resolve(child.getFileName()));
        }
        Files.delete(folder);
        crowd = Optional.of(Files.move(taken, folder));
    }

    private enum Kind {
        FILES,
        FOLDERS;

        boolean isOf(Path file) {
            return switch (this) {
                case FILES -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
                case FOLDERS -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
            };
        }
    }

    private Optional<Path> folderWithMost(Kind kind) throws IOException {
        var counts = new TreeMap<Path, Integer>();
        try (Stream<Path> all = Files.walk(root)) {
            all.filter(file -> !file.equals(root) && kind.isOf(file))
                    .forEach(file -> counts.merge(file.resolveSibling(""), 1, Integer::sum));
        }
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    private static List<Path> children(Path folder, Kind kind) {
        return children(folder).stream().filter(kind::isOf).sorted().toList();
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Outer ones first. */
    private List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Kind.FOLDERS::isOf)
                    .sorted(Comparator.comparingInt(Path::getNameCount).thenComparing(folder -> folder))
                    .toList();
        }
    }

    private void runTool(String program, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Shell.require(program)));
        command.addAll(List.of(arguments));
        var run = Shell.runTool(scratch, command.toArray(String[]::new));
        assertThat(run.status()).as(run.complaints()).isZero();
    }
}
