package dev.muster.collector.evidence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The file of all checkpoints, a line each, the oldest first; a line is added and never changed. Adding is for one thread, reading for any. */
final class Checkpoints {
    private final Path file;
    private final EvidenceKey key;

    Checkpoints(Path file, EvidenceKey key) {
        this.file = file;
        this.key = key;
    }

    /** All that were written whole. */
    String text() throws EvidenceException {
        try {
            String text = Files.exists(file) ? Files.readString(file) : "";
            // A crash may have left a part of a line.
            return text.substring(0, text.lastIndexOf('\n') + 1);
        } catch (IOException | UncheckedIOException e) {
            throw new EvidenceException("cannot read " + file + ": " + e, e);
        }
    }

    Optional<Checkpoint.Line> last() throws EvidenceException {
        List<String> lines = text().lines().toList();
        return lines.isEmpty() ? Optional.empty() : Optional.of(Checkpoint.Line.of(lines.getLast()));
    }

    /** Whether they can be gone on with. */
    void check() throws EvidenceException {
        Optional<Checkpoint.Line> last = last();
        if (last.isPresent() && !last.get().signedBy(key.verifying())) {
            throw new EvidenceException("the checkpoints in " + file
                    + " were signed by another key: restore keys/evidence.key, or move that file away to begin anew");
        }
    }

    /** Signs and keeps one; it is on disk when this returns. */
    Checkpoint.Line add(Notary.Sum sum) throws EvidenceException {
        check();
        Optional<Checkpoint.Line> last = last();
        Checkpoint.Line line = new Checkpoint(
                        last.map(before -> before.checkpoint().seq()).orElse(0L) + 1,
                        sum.at(),
                        last.map(Checkpoint.Line::hash).orElse(""),
                        Hashes.root(sum.leaves()),
                        sum.leaves().size(),
                        sum.ruleSet())
                .sign(key);
        append(line.text() + "\n");
        return line;
    }

    private void append(String line) throws EvidenceException {
        var how = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));
        int whole = text().getBytes(StandardCharsets.UTF_8).length;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (FileChannel out = FileChannel.open(file, how, mode)) {
                out.truncate(whole);
                out.position(whole);
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(line);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
        } catch (IOException e) {
            throw new EvidenceException("cannot write " + file + ": " + e, e);
        }
    }
}
