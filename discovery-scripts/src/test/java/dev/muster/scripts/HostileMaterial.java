package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What hostile trees are made from, kept between them because making it takes longer than running a script over it. */
final class HostileMaterial {
    private static final int CROWD_ENTRIES = 100_000;

    /** Links are made faster than files; ext4 allows 65,000 of one. */
    private static final int LINKS_OF_ONE_FILE = 50_000;

    /** Numbers, so that they may pass for processes. */
    private static final int FIRST_NAME = 1_000_000;

    private final Path shared;
    private final Map<Path, Laid> laid = new ConcurrentHashMap<>();
    private final Queue<Path> crowds = new ConcurrentLinkedQueue<>();
    private final AtomicInteger made = new AtomicInteger();

    /** @param shared an empty folder, on the file system that trees are made on */
    HostileMaterial(Path shared) {
        this.shared = shared;
    }

    /**
     * The files of all samples of a type, laid over each other.
     *
     * @param files the regular ones, relative, those first that most samples have
     */
    record Laid(Path folder, List<Path> files) {
        Laid {
            files = List.copyOf(files);
        }
    }

    Laid samplesOf(Path type) {
        return laid.computeIfAbsent(type, key -> {
            try {
                return layOver(Sample.of(key));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        });
    }

    /** A folder with 100,000 files of that content, to be moved somewhere and {@link #giveCrowdBack given back}. */
    Path takeCrowd(byte[] content) throws IOException {
        Path kept = crowds.poll();
        Path crowd = kept == null ? makeCrowd() : kept;
        for (int i = 0; i < CROWD_ENTRIES; i += LINKS_OF_ONE_FILE) {
            Files.write(crowd.resolve(name(i)), content);
        }
        return crowd;
    }

    /** With nothing in it but what was there when it was taken. */
    void giveCrowdBack(Path crowd) throws IOException {
        crowds.add(Files.move(crowd, fresh("crowd")));
    }

    static boolean isOfCrowd(Path file) {
        return ShippedFiles.nameOf(file).matches("1[0-9]{6}");
    }

    private Path makeCrowd() throws IOException {
        Path crowd = Files.createDirectory(fresh("crowd"));
        for (int i = 0; i < CROWD_ENTRIES; i++) {
            Path file = crowd.resolve(name(i));
            if (i % LINKS_OF_ONE_FILE == 0) {
                Files.createFile(file);
            } else {
                Files.createLink(file, crowd.resolve(name(i - i % LINKS_OF_ONE_FILE)));
            }
        }
        return crowd;
    }

    private static String name(int i) {
        return Integer.toString(FIRST_NAME + i);
    }

    private Path fresh(String name) {
        return shared.resolve(name + made.incrementAndGet());
    }

    private Laid layOver(List<Sample> samples) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(fresh("laid"));
        var found = new TreeMap<Path, Integer>();
        for (Sample sample : samples) {
            if (sample.hasOwners() && !"root".equals(System.getProperty("user.name"))) {
                continue;
            }
            Path alone = Files.createDirectory(fresh("sample"));
            sample.build(alone);
            // Who is not root could not copy what nobody may read.
            runTool("chmod", "-R", "u+rwX", alone.toString());
            for (Path file : regularFiles(alone)) {
                found.merge(alone.relativize(file), 1, Integer::sum);
            }
            merge(alone, folder);
            runTool("rm", "-rf", "--", alone.toString());
        }
        var real = new ArrayList<Path>();
        for (Path file : found.keySet()) {
            Path place = folder.resolve(file.toString());
            if (isReached(folder, place) && Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
                real.add(file);
            }
        }
        real.sort(Comparator.comparingInt((Path file) -> -found.getOrDefault(file, 0))
                .thenComparing(file -> file));
        return new Laid(folder, real);
    }

    /** Like {@link Sample#copy}, but where two samples disagree whether something is a folder the first one holds. */
    private static void merge(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (isReached(to, target) && !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    /** Whether the folder is there, and no link leads into it from another. */
    private static boolean isReached(Path root, Path file) throws IOException {
        Path folder = file.getParent();
        return folder != null
                && Files.isDirectory(folder)
                && folder.toRealPath()
                        .equals(root.toRealPath()
                                .resolve(root.relativize(folder).toString()));
    }

    private static List<Path> regularFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }

    private void runTool(String program, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Shell.require(program)));
        command.addAll(List.of(arguments));
        Path output = Files.createDirectory(fresh("output"));
        assertThat(Shell.runTool(output, command.toArray(String[]::new)).status())
                .isZero();
    }
}
