package dev.muster.collector.evidence;

import dev.muster.collector.rules.Digests;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The parts of a file that somebody says is a bundle. Nothing is unpacked to disk, so names lead nowhere; a part is held in memory only when it
 * is asked for, within a bound.
 */
final class BundleFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    /** The manifest and its signature. */
    private static final int UNLISTED = 2;

    private final FileChannel channel;
    private final Map<String, Part> parts;

    /** Where a part's content stands. */
    record Part(String name, long offset, long size, String sha256) {}

    private BundleFile(FileChannel channel, Map<String, Part> parts) {
        this.channel = channel;
        this.parts = parts;
    }

    /**
     * Goes through the whole file once.
     *
     * @param problems is told of each byte that does not belong
     * @throws IOException where the file cannot be read
     */
    static BundleFile open(Path file, Consumer<String> problems) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new BundleFile(channel, scan(channel, problems));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static Map<String, Part> scan(FileChannel channel, Consumer<String> problems) throws IOException {
        Map<String, Part> found = new LinkedHashMap<>();
        long at = 0;
        while (found.size() <= BundleFormat.MAX_PARTS + UNLISTED) {
            byte[] header = read(channel, at, Tar.BLOCK_BYTES);
            if (isZero(header)) {
                byte[] rest = read(channel, at, Tar.TRAILER_BYTES);
                if (rest.length != Tar.TRAILER_BYTES || !isZero(rest) || channel.size() != at + Tar.TRAILER_BYTES) {
                    problems.accept("the end of the file, from byte " + at + " on, is not as it was written");
                }
                return found;
            }
            String name = header.length == Tar.BLOCK_BYTES ? Tar.name(header) : "";
            long size = name.isEmpty() ? -1 : Tar.size(header);
            if (size < 0 || !Arrays.equals(header, Tar.header(name, size))) {
                problems.accept("the header of a part at byte " + at + " is damaged: nothing after it can be read");
                return found;
            }
            long content = at + Tar.BLOCK_BYTES;
            long end = content + size;
            if (end > channel.size()) {
                problems.accept("part " + name + " is cut off at byte " + channel.size());
                return found;
            }
            if (found.putIfAbsent(name, new Part(name, content, size, hash(channel, content, size))) != null) {
                problems.accept("part " + name + " is there twice, again at byte " + at);
            }
            if (!isZero(read(channel, end, Tar.padding(size)))) {
                problems.accept("what follows part " + name + " at byte " + end + " is not empty");
            }
            at = end + Tar.padding(size);
        }
        problems.accept(
                "there are more than " + BundleFormat.MAX_PARTS + " parts: nothing from byte " + at + " on was read");
        return found;
    }

    private static boolean isZero(byte[] bytes) {
        for (byte each : bytes) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    /** As many bytes as there are, at most {@code length}. */
    private static byte[] read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.clamp(channel.size() - at, 0, length));
        int some = 0;
        while (bytes.hasRemaining() && some >= 0) {
            some = channel.read(bytes, at + bytes.position());
        }
        return bytes.array();
    }

    static String hash(FileChannel channel, long at, long size) throws IOException {
        MessageDigest digest = Digests.sha256();
        for (long done = 0; done < size; ) {
            byte[] some = read(channel, at + done, (int) Math.min(BUFFER_BYTES, size - done));
            if (some.length == 0) {
                throw new EOFException("it became shorter while it was read");
            }
            digest.update(some);
            done += some.length;
        }
        return Hashes.hex(digest);
    }

    /** In their order. */
    List<Part> parts() {
        return new ArrayList<>(parts.values());
    }

    Optional<Part> part(String name) {
        return Optional.ofNullable(parts.get(name));
    }

    /** @throws EvidenceException where it is larger than that, or no longer what was there at first */
    byte[] content(Part part, int most) throws EvidenceException, IOException {
        if (part.size() > most) {
            throw new EvidenceException("it has more than " + most + " bytes");
        }
        byte[] content = read(channel, part.offset(), (int) part.size());
        if (!Hashes.of(content).equals(part.sha256())) {
            throw new EvidenceException("it changed while it was read");
        }
        return content;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
