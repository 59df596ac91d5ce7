package dev.muster.agent.app;

import dev.muster.agent.config.CollectorAddress;
import dev.muster.agent.config.ConfigFile;
import dev.muster.protocol.noise.PublicKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives this host to a collector: its public key, its addresses and a token go where the agent looks for them at its next start. May be done
 * again; each file is replaced in one step, the token last, so that a crash between leaves an agent that waits and not one that trusts another.
 *
 * @param keys folder of collectors' public keys
 * @param state folder of the agent's state, whose owner the agent runs as
 * @param settings file that the addresses are written into
 */
record Enrolment(Path keys, Path state, Path settings) {
    /** What becomes of a collector that this host belonged to before. */
    enum Former {
        STAYS,
        REPLACED
    }

    private static final String OWN_KEY = "collector.pub";
    /** A token has 32 characters; more may come, but not a file that was named by mistake. */
    private static final int MAX_TOKEN_CHARS = 256;

    /**
     * Checks everything first, and then writes; returns what was done, a line for each.
     *
     * @param token empty where an administrator will approve this host's key
     */
    List<String> write(PublicKey key, List<CollectorAddress> collectors, Optional<String> token, Former former) {
        token.ifPresent(Enrolment::check);
        try {
            Optional<PublicKey> before = keyBefore();
            boolean isOther = before.isPresent() && !before.get().equals(key);
            if (isOther && former == Former.STAYS) {
                throw new AgentException("this host belongs to the collector with the key "
                        + before.get().fingerprint() + " already (" + keys.resolve(OWN_KEY)
                        + "); --replace gives it to " + key.fingerprint());
            }
            List<String> done = new ArrayList<>();
            makeFolder(keys, "rwxr-xr-x");
            makeFolder(state, "rwx------");
            writeAddresses(collectors, done);
            if (isOther) {
                StateFolder.forgetCollector(state);
            }
            writeUnlessSame(keys.resolve(OWN_KEY), key.toBase64() + "\n");
            done.add("key         " + key.fingerprint() + "  in " + keys.resolve(OWN_KEY));
            otherKeys(key).forEach(other -> done.add("key         " + other + "  believed, too"));
            if (token.isPresent()) {
                writeToken(token.get());
                done.add("token       kept until the collector has let this host in");
            }
            return done;
        } catch (IOException e) {
            throw new AgentException("cannot enrol this host: " + e + "; run this as root", e);
        }
    }

    /** For programs, as {@code key=value}; a key that was never installed is empty. */
    List<String> show(List<CollectorAddress> collectors) throws IOException {
        return List.of(
                "key=" + keyBefore().map(PublicKey::toBase64).orElse(""),
                "collectors="
                        + String.join(
                                ",",
                                collectors.stream()
                                        .map(CollectorAddress::toString)
                                        .toList()),
                "enrolled=" + (StateFolder.isEnrolled(state) ? "yes" : "no"));
    }

    private static void check(String token) {
        boolean printable = token.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (token.isEmpty() || token.length() > MAX_TOKEN_CHARS || !printable) {
            throw AgentException.usage("what was given as the token is none; \"muster enroll token\" makes one");
        }
    }

    private Optional<PublicKey> keyBefore() throws IOException {
        Path file = keys.resolve(OWN_KEY);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(PublicKey.parse(Files.readString(file)));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private List<String> otherKeys(PublicKey key) {
        return InstalledKeys.read(keys).stream()
                .filter(installed -> !installed.equals(key))
                .distinct()
                .map(PublicKey::fingerprint)
                .toList();
    }

    private void writeAddresses(List<CollectorAddress> collectors, List<String> done) throws IOException {
        if (collectors.isEmpty()) {
            done.add("collector   as " + settings + " says, else searched by multicast");
            return;
        }
        Path folder = settings.toAbsolutePath().getParent();
        if (folder != null) {
            makeFolder(folder, "rwxr-xr-x");
        }
        String text = Files.exists(settings) ? Files.readString(settings) : "";
        writeUnlessSame(settings, ConfigFile.withCollectors(text, collectors));
        done.add("collector   "
                + String.join(
                        ", ",
                        collectors.stream().map(CollectorAddress::toString).toList())
                + "  in " + settings);
    }

    private void writeToken(String token) throws IOException {
        WholeFile.replace(
                StateFolder.token(state),
                (token + "\n").getBytes(StandardCharsets.US_ASCII),
                "rw-------",
                Optional.of(Files.readAttributes(state, PosixFileAttributes.class)));
    }

    private static void makeFolder(Path folder, String mode) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        }
    }

    /** Keeps owner and mode of a file that is there. */
    private static void writeUnlessSame(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!Files.exists(file)) {
            WholeFile.replace(file, bytes, "rw-r--r--");
            return;
        }
        if (!Files.readString(file).equals(text)) {
            PosixFileAttributes before = Files.readAttributes(file, PosixFileAttributes.class);
            WholeFile.replace(file, bytes, PosixFilePermissions.toString(before.permissions()), Optional.of(before));
        }
    }
}
