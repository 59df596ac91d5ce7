package dev.muster.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A small Debian in a folder, without Java, whose programs see nothing else; made of this machine's own packages, without a network. */
final class DebianRoot {
    /** /proc and /dev are there for one program, in a mount namespace that ends with it; the root is a mount, as on a whole system. */
    private static final String ENTER =
            "mount --bind \"$0\" \"$0\" && mount -t proc proc \"$0/proc\" && mount --rbind /dev \"$0/dev\" && root=$0 && exec chroot \"$root\" \"$@\"";

    private final Path root;

    private DebianRoot(Path root) {
        this.root = root;
    }

    /** @param packages of this machine beside the essential ones */
    static DebianRoot make(Path root, String... packages) {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                Path.of("src/test/resources/debian-root.sh").toAbsolutePath().toString(),
                root.toString()));
        command.addAll(List.of(packages));
        Tool.run(command);
        return new DebianRoot(root);
    }

    Path path(String inside) {
        return root.resolve(inside.substring(1));
    }

    boolean has(String inside) {
        return Files.exists(path(inside), java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }

    /** What must be run so that the command runs in here, in a network namespace, and is the same process in the end. */
    List<String> entering(String network, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", network));
        all.addAll(entering(command));
        return all;
    }

    /** The same in the network of this machine. */
    List<String> entering(List<String> command) {
        List<String> all = new ArrayList<>(
                List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, root.toString()));
        all.addAll(command);
        return all;
    }

    String run(String network, String... command) {
        return Tool.run(entering(network, List.of(command)));
    }

    /** A package manager of this machine works on the folder; maintainer scripts run inside. */
    String manage(String... command) {
        List<String> all = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "sh", "-c"));
        all.add("mount -t proc proc \"$0/proc\" && mount --rbind /dev \"$0/dev\" && exec \"$@\"");
        all.add(root.toString());
        all.addAll(List.of(command));
        return Tool.run(all);
    }

    /** All paths in here. */
    Set<String> paths() throws IOException {
        Set<String> all = new TreeSet<>();
        try (Stream<Path> walk = Files.walk(root)) {
            walk.map(path -> "/" + root.relativize(path)).forEach(all::add);
        }
        return all;
    }
}
