package dev.muster.collector.app;

import dev.muster.collector.evidence.EvidenceException;
import dev.muster.collector.evidence.EvidenceKey;
import dev.muster.collector.model.Keyring;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The collector's key pairs in {@code keys/}: {@code collector.key} (0600) is in use, {@code collector.pub} is what agents get. {@code spare.key}
 * is for the day when the first is lost or stolen, and should be kept elsewhere; agents learn {@code spare.pub} in sessions. {@code old.key} is
 * the pair before, for agents that have not learned better yet.
 *
 * <p>Whatever dies during a rotation, the next start finds a whole pair: public halves follow from private ones, and a spare that has become
 * the current pair is replaced by a new one.
 */
final class CollectorKeys implements Keyring {
    private static final String CURRENT = "collector";
    private static final String SPARE = "spare";
    private static final String OLD = "old";
    private static final String EVIDENCE = "evidence";

    private final Path folder;
    private final SecureRandom random;
    private final StaticKeys current;
    private final PublicKey spare;
    private final Optional<StaticKeys> old;

    private CollectorKeys(
            Path folder, SecureRandom random, StaticKeys current, PublicKey spare, Optional<StaticKeys> old) {
        this.folder = folder;
        this.random = random;
        this.current = current;
        this.spare = spare;
        this.old = old;
    }

    /** Loads the pairs, or makes two at the first start. */
    static CollectorKeys loadOrMake(Path folder, SecureRandom random) {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
            if (!Files.exists(secret(folder, CURRENT))) {
                writeSpare(folder, StaticKeys.generate(random));
                write(folder, CURRENT, StaticKeys.generate(random));
            }
            StaticKeys current = read(folder, CURRENT);
            writePublic(folder, CURRENT, current.publicKey());
            PublicKey spare = spare(folder, current, random);
            Optional<StaticKeys> old =
                    Files.exists(secret(folder, OLD)) ? Optional.of(read(folder, OLD)) : Optional.empty();
            return new CollectorKeys(
                    folder, random, current, spare, old.filter(pair -> !isSame(pair.publicKey(), current)));
        } catch (IOException e) {
            throw new ConfigException("the collector's keys in " + folder + " cannot be used: " + e, e);
        }
    }

    StaticKeys current() {
        return current;
    }

    /** The pair that signs evidence: {@code evidence.key} (0600) and {@code evidence.pub}, made where they are not there. */
    EvidenceKey evidence() {
        Path file = secret(folder, EVIDENCE);
        try {
            if (!Files.exists(file)) {
                write(file, EvidenceKey.generate(random).secretText(), "rw-------");
            }
            EvidenceKey pair = EvidenceKey.parse(Files.readString(file));
            write(publicFile(folder, EVIDENCE), pair.verifying().pem(), "rw-r--r--");
            return pair;
        } catch (EvidenceException e) {
            throw new ConfigException(
                    file + " is damaged (" + e.getMessage()
                            + "). Restore it from your backup; a new key would begin a new chain of evidence",
                    e);
        } catch (IOException e) {
            throw new ConfigException("the key of the evidence in " + folder + " cannot be used: " + e, e);
        }
    }

    /** Every pair that it answers for, the current one first. */
    List<StaticKeys> all() {
        return Stream.concat(Stream.of(current), old.stream()).toList();
    }

    /** What agents are told. */
    dev.muster.protocol.message.CollectorKeys told() {
        return new dev.muster.protocol.message.CollectorKeys(current.publicKey(), Optional.of(spare));
    }

    @Override
    public synchronized Keys now() {
        Place place = Files.exists(secret(folder, SPARE)) ? Place.ON_THIS_MACHINE : Place.MOVED_AWAY;
        try {
            PublicKey next = read(folder, CURRENT).publicKey();
            return new Keys(
                    current.publicKey().fingerprint(),
                    readPublic(folder, SPARE).fingerprint(),
                    place,
                    old.map(pair -> pair.publicKey().fingerprint()),
                    isSame(next, current) ? Optional.empty() : Optional.of(next.fingerprint()));
        } catch (IOException e) {
            throw new ConfigException("the collector's keys in " + folder + " cannot be read: " + e, e);
        }
    }

    @Override
    public synchronized Optional<String> spareSecret() {
        try {
            return Files.exists(secret(folder, SPARE))
                    ? Optional.of(read(folder, SPARE).secretText())
                    : Optional.empty();
        } catch (IOException e) {
            throw new ConfigException("the spare key cannot be read: " + e, e);
        }
    }

    @Override
    public synchronized Optional<String> spareExported(String fingerprint) {
        try {
            if (!readPublic(folder, SPARE).fingerprint().equals(fingerprint)) {
                return Optional.of("the spare is another one by now");
            }
            Files.deleteIfExists(secret(folder, SPARE));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the spare key cannot be deleted: " + e.getMessage());
        }
    }

    @Override
    public synchronized Optional<String> rotate(Optional<String> given, Old what) {
        Optional<String> secret = given.or(this::spareSecret);
        if (secret.isEmpty()) {
            return Optional.of("the spare was moved away: say where its file is");
        }
        try {
            StaticKeys next = StaticKeys.parse(secret.get());
            if (!next.publicKey().equals(readPublic(folder, SPARE))) {
                return Optional.of("this is not the spare that agents know: its fingerprint is "
                        + next.publicKey().fingerprint() + ", theirs "
                        + readPublic(folder, SPARE).fingerprint());
            }
            StaticKeys before = read(folder, CURRENT);
            switch (what) {
                case KEPT -> write(folder, OLD, before);
                case DISCARDED -> {
                    Files.deleteIfExists(secret(folder, OLD));
                    Files.deleteIfExists(publicFile(folder, OLD));
                }
            }
            // From here on the next start uses the spare, and finds that it needs another.
            write(folder, CURRENT, next);
            writeSpare(folder, StaticKeys.generate(random));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("the spare is damaged: " + e.getMessage());
        } catch (IOException e) {
            return Optional.of("the keys cannot be written: " + e.getMessage());
        }
    }

    /** A rotation that was cut short leaves the current pair as its own spare, or a public half that is not yet that of the private one. */
    private static PublicKey spare(Path folder, StaticKeys current, SecureRandom random) throws IOException {
        Optional<PublicKey> known = Optional.empty();
        if (Files.exists(secret(folder, SPARE))) {
            known = Optional.of(read(folder, SPARE).publicKey());
        } else if (Files.exists(publicFile(folder, SPARE))) {
            known = Optional.of(readPublic(folder, SPARE));
        }
        if (known.isEmpty() || isSame(known.get(), current)) {
            StaticKeys made = StaticKeys.generate(random);
            writeSpare(folder, made);
            return made.publicKey();
        }
        writePublic(folder, SPARE, known.get());
        return known.get();
    }

    /** The private half first: else a crash could leave a spare of which nobody has the private half, and agents would be told of it. */
    private static void writeSpare(Path folder, StaticKeys keys) throws IOException {
        write(secret(folder, SPARE), keys.secretText() + "\n", "rw-------");
        writePublic(folder, SPARE, keys.publicKey());
    }

    private static boolean isSame(PublicKey key, StaticKeys pair) {
        return key.equals(pair.publicKey());
    }

    private static Path secret(Path folder, String name) {
        return folder.resolve(name + ".key");
    }

    private static Path publicFile(Path folder, String name) {
        return folder.resolve(name + ".pub");
    }

    private static StaticKeys read(Path folder, String name) throws IOException {
        try {
            return StaticKeys.parse(Files.readString(secret(folder, name)));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    secret(folder, name) + " is damaged (" + e.getMessage()
                            + "). Restore it from your backup; a new key would lock out every agent",
                    e);
        }
    }

    private static PublicKey readPublic(Path folder, String name) throws IOException {
        try {
            return PublicKey.parse(Files.readString(publicFile(folder, name)));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(publicFile(folder, name) + " is damaged (" + e.getMessage() + ")", e);
        }
    }

    /** The public half first, the private one last and in one step: a crash leaves the old private half or the new one. */
    private static void write(Path folder, String name, StaticKeys keys) throws IOException {
        writePublic(folder, name, keys.publicKey());
        write(secret(folder, name), keys.secretText() + "\n", "rw-------");
    }

    private static void writePublic(Path folder, String name, PublicKey key) throws IOException {
        write(publicFile(folder, name), key.toBase64() + "\n", "rw-r--r--");
    }

    private static void write(Path file, String text, String mode) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try {
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        } catch (FileAlreadyExistsException e) {
            throw new IOException("somebody else is making " + fresh, e);
        }
        Files.write(fresh, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.DSYNC);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
