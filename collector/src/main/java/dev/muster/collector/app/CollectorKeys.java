package dev.muster.collector.app;

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

/**
 * The collector's key pairs in {@code keys/}: {@code collector.key} (0600) is in use, {@code collector.pub} is what agents get,
 * {@code spare.key} is for the day when the first is lost, and should be kept elsewhere.
 */
final class CollectorKeys {
    private static final String PRIVATE = "collector.key";
    private static final String PUBLIC = "collector.pub";
    private static final String SPARE = "spare.key";
    private static final String SPARE_PUBLIC = "spare.pub";

    private CollectorKeys() {}

    /** Loads the pair, or makes both at the first start. */
    static StaticKeys loadOrMake(Path folder, SecureRandom random) {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
            if (!Files.exists(folder.resolve(PRIVATE))) {
                make(folder, SPARE, SPARE_PUBLIC, random);
                make(folder, PRIVATE, PUBLIC, random);
            }
            return StaticKeys.parse(Files.readString(folder.resolve(PRIVATE)));
        } catch (IOException e) {
            throw new ConfigException("the collector's keys in " + folder + " cannot be used: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    folder.resolve(PRIVATE) + " is damaged (" + e.getMessage()
                            + "). Restore it from your backup; a new key would lock out every agent",
                    e);
        }
    }

    /** The public half first, the private one last and in one step: a crash leaves either no pair or a whole one. */
    private static void make(Path folder, String privateName, String publicName, SecureRandom random)
            throws IOException {
        StaticKeys keys = StaticKeys.generate(random);
        write(folder.resolve(publicName), keys.publicKey().toBase64() + "\n", "rw-r--r--");
        write(folder.resolve(privateName), keys.secretText() + "\n", "rw-------");
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
