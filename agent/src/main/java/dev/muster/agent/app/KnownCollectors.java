package dev.muster.agent.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.muster.protocol.message.CollectorKeys;
import dev.muster.protocol.noise.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By which keys a collector may answer: those that are installed, and their successors, which collectors name inside sessions.
 *
 * <p>A key names its successor once, and for good; it is out of use as soon as its successor has spoken. So whoever steals the key in use
 * can neither bring in keys of its own, where the successor is known already, nor shut out the true one; and is shut out itself
 * when the collector starts with the spare. Kept as text:
 *
 * <pre>
 * next KEY SUCCESSOR      (base64, one line each, oldest first)
 * retired KEY
 * </pre>
 *
 * Any thread.
 */
final class KnownCollectors {
    private static final Logger LOG = LoggerFactory.getLogger(KnownCollectors.class);

    /** Rotations in the life of an agent. */
    private static final int MAX_SUCCESSORS = 64;

    private final List<PublicKey> installed;
    private final Consumer<byte[]> save;
    private final SequencedMap<PublicKey, PublicKey> successors = new LinkedHashMap<>();
    private final SequencedSet<PublicKey> retired = new LinkedHashSet<>();

    private KnownCollectors(List<PublicKey> installed, Consumer<byte[]> save) {
        this.installed = List.copyOf(installed);
        this.save = save;
    }

    /**
     * What was known; a text that is damaged counts as none, and the installed keys are left.
     *
     * @param text what was saved
     * @param save keeps a new text; must not wait for a disk
     */
    static KnownCollectors load(List<PublicKey> installed, Optional<byte[]> text, Consumer<byte[]> save) {
        var known = new KnownCollectors(installed, save);
        try {
            text.ifPresent(saved -> new String(saved, US_ASCII).lines().forEach(known::readLine));
        } catch (IllegalArgumentException e) {
            LOG.warn("event=state-damaged what=collector-keys error=\"{}\"", e.getMessage());
            known.successors.clear();
            known.retired.clear();
        }
        return known;
    }

    /** The newest first. */
    synchronized List<PublicKey> usable() {
        SequencedSet<PublicKey> all = new LinkedHashSet<>(installed);
        all.addAll(successors.values());
        all.removeAll(retired);
        return List.copyOf((all.isEmpty() ? new LinkedHashSet<>(installed) : all).reversed());
    }

    /** In a session with whom holds {@code session}; returns whether other keys are usable now. */
    synchronized boolean said(PublicKey session, CollectorKeys keys) {
        List<PublicKey> before = usable();
        boolean ownWord = keys.current().equals(session);
        Optional<PublicKey> named = ownWord ? keys.spare() : Optional.of(keys.current());
        boolean changed = named.isPresent() && isSuccessor(session, named.get());
        if (changed) {
            successors.put(session, named.get());
            LOG.info("event=collector-key-learned key={} named-by={}", named.get(), session);
        }
        changed |= ownWord && retireBefore(session);
        if (changed) {
            save();
        }
        return !usable().equals(before);
    }

    /** For people: each key, and what it is. */
    synchronized List<String> lines() {
        Map<PublicKey, String> words = new LinkedHashMap<>();
        installed.forEach(key -> words.put(key, "installed"));
        successors.forEach((key, next) -> words.putIfAbsent(next, "named by " + key.fingerprint()));
        retired.forEach(key -> words.put(key, "out of use: its successor has spoken"));
        List<String> lines = new ArrayList<>();
        words.forEach((key, word) -> lines.add(key.fingerprint() + "  " + word));
        return lines;
    }

    private boolean isSuccessor(PublicKey of, PublicKey named) {
        boolean fits = !successors.containsKey(of)
                && !named.equals(of)
                && !retired.contains(named)
                && successors.size() < MAX_SUCCESSORS;
        boolean isNews = !Optional.ofNullable(successors.get(of)).equals(Optional.of(named));
        if (!fits && isNews) {
            LOG.warn(
                    "event=collector-key-refused key={} named-by={} reason=\"a key names its successor once\"",
                    named,
                    of);
        }
        return fits;
    }

    /** All that lead to this one. */
    private boolean retireBefore(PublicKey key) {
        boolean changed = false;
        PublicKey at = key;
        for (Optional<PublicKey> before = predecessor(at); before.isPresent(); before = predecessor(at)) {
            at = before.get();
            if (!retired.add(at)) {
                break;
            }
            changed = true;
            LOG.info("event=collector-key-retired key={} successor={}", at, key);
        }
        return changed;
    }

    private Optional<PublicKey> predecessor(PublicKey key) {
        return successors.entrySet().stream()
                .filter(entry -> entry.getValue().equals(key))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private void readLine(String line) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "next" -> successors.put(PublicKey.parse(word(words, 1)), PublicKey.parse(word(words, 2)));
            case "retired" -> retired.add(PublicKey.parse(word(words, 1)));
            default -> throw new IllegalArgumentException("a line begins with neither next nor retired");
        }
    }

    private static String word(String[] words, int index) {
        if (index >= words.length) {
            throw new IllegalArgumentException("a line is cut short");
        }
        return words[index];
    }

    private void save() {
        var text = new StringBuilder();
        successors.forEach((key, next) -> text.append("next ")
                .append(key.toBase64())
                .append(' ')
                .append(next.toBase64())
                .append('\n'));
        retired.forEach(key -> text.append("retired ").append(key.toBase64()).append('\n'));
        save.accept(text.toString().getBytes(US_ASCII));
    }
}
