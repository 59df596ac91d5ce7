package dev.muster.agent.discovery;

import dev.muster.protocol.message.FactsHash;
import dev.muster.protocol.message.FactsReport;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Remembers the hash of the facts that were last handed over for each instance, over restarts: the same facts are not sent twice.
 *
 * <p>A hash is recorded only after the facts are safe in the spool. A crash in between makes them be sent once more, which does no harm;
 * the other order would lose them. The file holds text:
 *
 * <pre>
 * muster-hashes 1 EPOCH
 * HASH TYPE INSTANCE        (one line each; the instance may be empty)
 * end
 * </pre>
 *
 * One owner at a time.
 */
final class ChangeDetector {
    private static final String HEADER = "muster-hashes 1 ";
    private static final String END = "end";
    private static final int MAX_LINES = 100_000;

    private final Path file;
    private final SortedMap<InstanceKey, FactsHash> hashes = new TreeMap<>();
    private String epoch;
    private boolean dirty;

    private ChangeDetector(Path file, String epoch) {
        this.file = file;
        this.epoch = epoch;
    }

    /**
     * @param epoch names the spool; a file of another one, or one that cannot be read, counts as empty, so that everything is sent whole
     */
    static ChangeDetector load(Path file, String epoch) {
        var detector = new ChangeDetector(file, epoch);
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            if ((HEADER + epoch).equals(lines.readLine())) {
                detector.readLines(lines.lines().limit(MAX_LINES).toList());
            }
        } catch (NoSuchFileException e) {
            return detector;
        } catch (IOException | RuntimeException e) {
            detector.hashes.clear();
        }
        return detector;
    }

    boolean isChanged(FactsReport report) {
        FactsHash known = hashes.get(keyOf(report));
        return known == null || !known.equals(report.hash());
    }

    boolean isKnown(InstanceKey key) {
        return hashes.containsKey(key);
    }

    /** The facts are safe. */
    void handedOver(FactsReport report) {
        hashes.put(keyOf(report), report.hash());
        dirty = true;
    }

    /** The next run of this instance is sent, changed or not. */
    void forget(InstanceKey key) {
        dirty |= hashes.remove(key) != null;
    }

    /** What is no longer discovered is no longer claimed. */
    void retain(Set<InstanceKey> keys) {
        dirty |= hashes.keySet().retainAll(keys);
    }

    /** The spool is a new one: everything is sent whole. */
    void startOver(String newEpoch) {
        epoch = newEpoch;
        hashes.clear();
        dirty = true;
    }

    SortedMap<InstanceKey, FactsHash> hashes() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(hashes));
    }

    /** Writes the file if anything changed; a crash leaves the old one or the new one. */
    void save() throws IOException {
        if (!dirty) {
            return;
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        // No FileChannel: it would be closed under a thread that is interrupted.
        try (FileOutputStream out = new FileOutputStream(fresh.toFile())) {
            out.write(content().getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        dirty = false;
    }

    private String content() {
        StringBuilder text = new StringBuilder(HEADER).append(epoch).append('\n');
        hashes.forEach((key, hash) -> text.append(hash.hex())
                .append(' ')
                .append(key.type())
                .append(' ')
                .append(key.instance())
                .append('\n'));
        return text.append(END).append('\n').toString();
    }

    private void readLines(List<String> lines) {
        if (lines.isEmpty() || !lines.getLast().equals(END)) {
            throw new DiscoveryException(file + " is cut short");
        }
        lines.subList(0, lines.size() - 1).forEach(this::readLine);
    }

    private void readLine(String line) {
        String[] parts = line.split(" ", 3);
        if (parts.length != 3) {
            throw new DiscoveryException("a line of " + file + " is damaged");
        }
        hashes.put(new InstanceKey(parts[1], parts[2]), FactsHash.ofHex(parts[0]));
    }

    private static InstanceKey keyOf(FactsReport report) {
        return new InstanceKey(report.type(), report.instance());
    }
}
