package dev.muster.agent.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

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
        SpoolFile file = file(live);
        if (isNew) {
            forceDirectory();
        }
        return file;
    }

    @Override
    public SpoolFile createReplacement() throws IOException {
        Files.deleteIfExists(replacement);
        return file(replacement);
    }

    @Override
    public void promoteReplacement() throws IOException {
        Files.move(replacement, live, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory();
    }

    private static SpoolFile file(Path path) throws IOException {
        if (Files.notExists(path)) {
            Files.createFile(path, OWNER_ONLY);
        }
        return new RandomFile(new RandomAccessFile(path.toFile(), "rw"));
    }

    /** Where the file system cannot do that there is nothing better to do: the name may then be old after a loss of power. */
    private void forceDirectory() {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            return;
        }
    }

    /** No FileChannel, as one is closed when a thread that uses it is interrupted, and discovery threads are. */
    private record RandomFile(RandomAccessFile file) implements SpoolFile {
        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public void append(ByteBuffer... buffers) throws IOException {
            file.seek(file.length());
            for (ByteBuffer buffer : buffers) {
                file.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
                buffer.position(buffer.limit());
            }
        }

        @Override
        public void read(ByteBuffer target, long position) throws IOException {
            file.seek(position);
            file.readFully(target.array(), target.arrayOffset() + target.position(), target.remaining());
            target.position(target.limit());
        }

        @Override
        public void force() throws IOException {
            file.getFD().sync();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.setLength(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
