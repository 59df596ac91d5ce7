package dev.muster.agent.app;

import dev.muster.protocol.message.LastRun;
import dev.muster.protocol.noise.StaticKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What outlives a restart: {@code agent.key} (the agent's identity), {@code agent.key.next} while it changes, {@code machine.id} (a hash that
 * tells a copy from the machine that it was taken from), {@code enrol-token} until it was used, {@code collector-keys}, {@code spool/}, {@code hashes}, {@code host.id}, and what the
 * collector wants: {@code desired.json}, {@code peers.json}. {@code running} is there while an agent is, and after it was killed. Readable by
 * its owner only. Only one agent uses it at a time.
 */
final class StateFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);
    private static final String KEY = "agent.key";
    private static final String NEXT_KEY = "agent.key.next";
    private static final String COLLECTOR_KEYS = "collector-keys";
    private static final String LOCK = "lock";
    private static final String RUNNING = "running";
    private static final String DESIRED = "desired.json";
    private static final String PEERS = "peers.json";

    private static final String TOKEN = "enrol-token";

    /** Linux counts processes to 2^22; a few characters more. */
    private static final int MAX_PID_CHARS = 16;

    /** As much as a record may hold that is not compressed. */
    private static final int MAX_BYTES = 4 << 20;

    private final Path folder;
    private final FileChannel lockFile;
    private final LastRun lastRun;
    private final Optional<String> token;

    private StateFolder(Path folder, FileChannel lockFile, LastRun lastRun) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.lastRun = lastRun;
        this.token = readToken();
    }

    /** Makes the folder where it is missing, and takes it for this process. */
    static StateFolder open(Path folder) {
        makePrivate(folder);
        try {
            Path name = folder.resolve(LOCK);
            FileChannel file = FileChannel.open(name, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(file);
            if (lock == null) {
                file.close();
                throw new AgentException("another agent is running with the state in " + folder + holder(name)
                        + "; stop it, or give this one another folder with --state");
            }
            sign(file);
            return new StateFolder(folder, file, begin(folder));
        } catch (IOException e) {
            throw new AgentException("the state in " + folder + " cannot be used: " + e, e);
        }
    }

    /** Only for people: a disk that is full keeps no agent from starting. */
    private static void sign(FileChannel lock) {
        try {
            lock.truncate(0);
            lock.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
        } catch (IOException full) {
            LOG.debug("event=lock-not-signed", full);
        }
    }

    /** Which process has it; nothing where the file does not say. */
    private static String holder(Path lock) throws IOException {
        try (FileChannel file = FileChannel.open(lock)) {
            ByteBuffer start = ByteBuffer.allocate(MAX_PID_CHARS);
            file.read(start);
            String pid =
                    StandardCharsets.US_ASCII.decode(start.flip()).toString().strip();
            return pid.matches("[0-9]+") ? " (process " + pid + ")" : "";
        }
    }

    private static LastRun begin(Path folder) throws IOException {
        Path running = folder.resolve(RUNNING);
        if (Files.exists(running)) {
            return LastRun.DIED;
        }
        Files.createFile(running, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.exists(folder.resolve(KEY)) ? LastRun.ENDED : LastRun.UNKNOWN;
    }

    /** How the agent that used this folder before came to its end. */
    LastRun lastRun() {
        return lastRun;
    }

    static void makePrivate(Path folder) {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new AgentException(
                    "cannot make " + folder + ": " + e + "; choose another folder, or make it for this user", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    Path spool() {
        return folder.resolve("spool");
    }

    Path hashes() {
        return folder.resolve("hashes");
    }

    /**
     * The agent's key pair, made at the first start; and made anew where the state is a copy of another machine's.
     *
     * @param machine hash of this machine's id; empty where it has none
     */
    StaticKeys keys(RandomGenerator random, String machine) {
        Path file = folder.resolve(KEY);
        try {
            String before = Files.exists(machineFile())
                    ? Files.readString(machineFile()).strip()
                    : machine;
            if (!before.equals(machine) && !machine.isEmpty() && !before.isEmpty()) {
                LOG.warn("event=new-key reason=\"/etc/machine-id is another one: this is a copy of another machine\"");
                Files.deleteIfExists(hostFile());
                Files.deleteIfExists(folder.resolve(NEXT_KEY));
                Files.deleteIfExists(file);
            }
            if (!Files.exists(file)) {
                replace(file, StaticKeys.generate(random).secretText() + "\n");
            }
            if (!machine.isEmpty()) {
                replace(machineFile(), machine + "\n");
            }
            return read(file);
        } catch (IOException e) {
            throw new AgentException("the agent's key " + file + " cannot be used: " + e, e);
        }
    }

    /** The pair that is to take the place of the present one; it survives a crash in any moment until {@link #adoptNextKeys}. */
    Optional<StaticKeys> nextKeys() {
        Path file = folder.resolve(NEXT_KEY);
        try {
            return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
        } catch (IOException e) {
            throw new AgentException("the agent's next key " + file + " cannot be used: " + e, e);
        }
    }

    /** Makes the next pair where there is none. */
    StaticKeys makeNextKeys(RandomGenerator random) throws IOException {
        Optional<StaticKeys> made = nextKeys();
        if (made.isPresent()) {
            return made.get();
        }
        StaticKeys fresh = StaticKeys.generate(random);
        replace(folder.resolve(NEXT_KEY), fresh.secretText() + "\n");
        return fresh;
    }

    /** In one step: from here on the next pair is the present one. */
    void adoptNextKeys() throws IOException {
        Files.move(folder.resolve(NEXT_KEY), folder.resolve(KEY), StandardCopyOption.ATOMIC_MOVE);
    }

    private static StaticKeys read(Path file) throws IOException {
        try {
            return StaticKeys.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new AgentException(
                    file + " is damaged (" + e.getMessage()
                            + "). Delete it to get a new key, which must be approved anew",
                    e);
        }
    }

    private Path machineFile() {
        return folder.resolve("machine.id");
    }

    /** Collectors' keys that were learned in sessions: see {@link KnownCollectors}. */
    Optional<byte[]> collectorKeys() {
        return read(COLLECTOR_KEYS);
    }

    void saveCollectorKeys(byte[] text) {
        try {
            replace(folder.resolve(COLLECTOR_KEYS), text);
        } catch (IOException e) {
            LOG.warn("event=state-not-saved error=\"{}\"", e.toString());
        }
    }

    /** What a command beside the agent may see of its state: nothing where this user may not. */
    static Optional<StaticKeys> peekKeys(Path folder) {
        try {
            return Optional.of(read(folder.resolve(KEY)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** As above. */
    static Optional<byte[]> peekCollectorKeys(Path folder) {
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(COLLECTOR_KEYS)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The id that the collector gave to this host; empty before it did. */
    Optional<String> hostId() {
        try {
            return Files.exists(hostFile())
                    ? Optional.of(Files.readString(hostFile()).strip())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void hostId(String id) throws IOException {
        replace(hostFile(), id + "\n");
    }

    /**
     * What {@code muster-agent enrol} left here before this agent started. One that it leaves later is for the next start, and perhaps for
     * another collector than the one that this agent speaks to.
     */
    Optional<String> token() {
        return token;
    }

    /** The collector trusts this host. The token may let in others, too, so it must not stay here. */
    void tokenUsed() {
        try {
            if (token.isPresent() && token.equals(readToken())) {
                Files.delete(token(folder));
            }
        } catch (IOException e) {
            LOG.warn("event=token-not-deleted error=\"{}\"", e.toString());
        }
    }

    private Optional<String> readToken() {
        return read(TOKEN).map(bytes -> new String(bytes, StandardCharsets.US_ASCII).strip());
    }

    static Path token(Path folder) {
        return folder.resolve(TOKEN);
    }

    /** Whether a collector has let this host in. */
    static boolean isEnrolled(Path folder) {
        return Files.exists(folder.resolve("host.id"));
    }

    /** What binds the state to one collector: its name for this host, and the keys that it named. */
    static void forgetCollector(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve("host.id"));
        Files.deleteIfExists(folder.resolve(COLLECTOR_KEYS));
    }

    /** What the collector wants of this agent, as it came; empty where nothing came yet, or the file is of no use. */
    Optional<byte[]> desired() {
        return read(DESIRED);
    }

    void desired(byte[] body) throws IOException {
        replace(folder.resolve(DESIRED), body);
    }

    /** The neighbours, as they came from the collector; empty as above. */
    Optional<byte[]> peers() {
        return read(PEERS);
    }

    void peers(byte[] body) throws IOException {
        replace(folder.resolve(PEERS), body);
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(folder.resolve(RUNNING));
            lockFile.close();
        } catch (IOException e) {
            throw new AgentException("cannot give the state in " + folder + " free: " + e, e);
        }
    }

    private Path hostFile() {
        return folder.resolve("host.id");
    }

    private Optional<byte[]> read(String name) {
        Path file = folder.resolve(name);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > MAX_BYTES) {
                LOG.warn("event=state-unreadable file={} error=\"too large\"", file);
                return Optional.empty();
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (IOException e) {
            LOG.warn("event=state-unreadable file={} error=\"{}\"", file, e.toString());
            return Optional.empty();
        }
    }

    private static void replace(Path file, String text) throws IOException {
        replace(file, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void replace(Path file, byte[] content) throws IOException {
        WholeFile.replace(file, content, "rw-------");
    }
}
