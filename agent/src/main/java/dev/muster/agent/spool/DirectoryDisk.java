package dev.muster.agent.spool;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A directory of mode 0700 with the file {@code spool.log} of mode 0600. */
final class DirectoryDisk implements SpoolDisk {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;
    private final Path live;
    private final Path replacement;

    DirectoryDisk(Path directory) {
        this.directory = directory;
        live = directory.resolve("spool.log");
        replacement = directory.resolve("spool.new");
    }

    @Override
    public SpoolFile open() throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        boolean isNew = Files.notExists(live);
        var file = new ChannelFile(channel(live));
        if (isNew) {
            forceDirectory();
        }
        return file;
    }

    @Override
    public SpoolFile createReplacement() throws IOException {
        Files.deleteIfExists(replacement);
        return new ChannelFile(channel(replacement));
    }

    @Override
    public void promoteReplacement() throws IOException {
        Files.move(replacement, live, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory();
    }

    private static FileChannel channel(Path path) throws IOException {
        return FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE), OWNER_ONLY);
    }

    /** Where the file system cannot do that there is nothing better to do: the name may then be old after a loss of power. */
    private void forceDirectory() {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            return;
        }
    }

    private record ChannelFile(FileChannel channel) implements SpoolFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void append(ByteBuffer... buffers) throws IOException {
            channel.position(channel.size());
            for (ByteBuffer buffer : buffers) {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        }

        @Override
        public void read(ByteBuffer target, long position) throws IOException {
            long at = position;
            while (target.hasRemaining()) {
                int count = channel.read(target, at);
                if (count < 0) {
                    throw new EOFException("spool file ends at " + at);
                }
                at += count;
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
