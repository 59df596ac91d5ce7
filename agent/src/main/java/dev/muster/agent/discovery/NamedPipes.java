package dev.muster.agent.discovery;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Makes the pipes through which scripts print. Thread-safe.
 *
 * <p>Java's own pipes will not do. When a script ends, the runtime itself reads its pipe empty, without a bound, while a child left behind
 * may go on writing; and a read from them cannot be given up, while a child that hangs keeps them open. A named pipe can be asked how
 * much there is, read as far as one likes, and closed: its writers then get SIGPIPE. Each is used once, and sixteen are made by one
 * process.
 */
final class NamedPipes {
    private static final int AT_ONCE = 16;
    private static final String PREFIX = "pipe-";

    private final Path folder;
    private final Tools tools;
    private final Deque<Path> unused = new ArrayDeque<>();
    private long made;

    /** @param folder made with mode 0700 if need be; pipes that an earlier process left there are deleted */
    NamedPipes(Path folder, Tools tools) {
        this.folder = folder;
        this.tools = tools;
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, PREFIX + "*")) {
                for (Path pipe : old) {
                    Files.delete(pipe);
                }
            }
        } catch (IOException e) {
            throw new DiscoveryException("cannot use the folder " + folder + " for pipes: " + e, e);
        }
    }

    /** The path of a new pipe, which the caller owns and deletes. */
    synchronized Path take() throws IOException, InterruptedException {
        if (unused.isEmpty()) {
            make();
        }
        return unused.removeFirst();
    }

    private void make() throws IOException, InterruptedException {
        List<Path> paths = new ArrayList<>();
        List<String> command = new ArrayList<>(List.of(tools.find("mkfifo"), "-m", "600"));
        for (int i = 0; i < AT_ONCE; i++) {
            Path path = folder.resolve(PREFIX + made++);
            paths.add(path);
            command.add(path.toString());
        }
        if (tools.run(command) != 0) {
            throw new IOException("cannot make named pipes in " + folder);
        }
        unused.addAll(paths);
    }
}
