package dev.muster.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathWatchTest {
    /** Many times what inotify takes. */
    private static final long SOON_SECONDS = 30;

    /** Longer than a round. */
    private static final long QUIET_MS = 250;

    private static final InstanceKey SSHD = InstanceKey.of("sshd");

    @TempDir
    private Path temporary;

    private Path root = Path.of("");
    private final BlockingQueue<InstanceKey> heard = new LinkedBlockingQueue<>();
    private PathWatch watch = PathWatch.open("", heard::add, Thread::new);

    @BeforeEach
    void aHost() throws IOException {
        watch.close();
        root = Files.createDirectories(temporary.resolve("root")).toRealPath();
        Files.createDirectories(root.resolve("etc/ssh"));
        watch = PathWatch.open(root.toString(), heard::add, task -> new Thread(task, "watch"));
    }

    @AfterEach
    void stop() {
        watch.close();
    }

    @Test
    void hearsOfAFileThatIsWritten() throws Exception {
        write("etc/ssh/sshd_config", "a");
        plan("/etc/ssh/sshd_config");
        assertHeardWhen(() -> write("etc/ssh/sshd_config", "b"));
    }

    @Test
    void hearsOfAFileThatAnotherOneReplacesAndOfThatOne() throws Exception {
        write("etc/ssh/sshd_config", "a");
        plan("/etc/ssh/sshd_config");
        write("etc/ssh/sshd_config.new", "b");
        assertHeardWhen(() -> Files.move(
                root.resolve("etc/ssh/sshd_config.new"),
                root.resolve("etc/ssh/sshd_config"),
                StandardCopyOption.ATOMIC_MOVE));
        assertHeardWhen(() -> write("etc/ssh/sshd_config", "c"));
    }

    @Test
    void hearsOfAFileInFoldersThatAreNotThereYet() throws Exception {
        plan("/srv/app/conf/x");
        assertHeardWhen(() -> Files.createDirectories(root.resolve("srv/app")));
        assertHeardWhen(() -> Files.createDirectories(root.resolve("srv/app/conf")));
        assertHeardWhen(() -> write("srv/app/conf/x", "a"));
    }

    @Test
    void hearsOfAFolderThatTakesThePlaceOfAnother() throws Exception {
        write("etc/ssh/sshd_config", "a");
        plan("/etc/ssh/sshd_config");
        assertHeardWhen(() -> Files.move(root.resolve("etc/ssh"), root.resolve("etc/ssh.old")));
        assertHeardWhen(() -> Files.createDirectory(root.resolve("etc/ssh")));
        write("etc/ssh.old/sshd_config", "nobody reads this any more");
        assertHeardWhen(() -> write("etc/ssh/sshd_config", "b"));
        assertThat(watch.status().folders()).isEqualTo(3);
    }

    @Test
    void hearsOfWhatALinkLeadsToAndOfTheLink() throws Exception {
        write("srv/real", "a");
        Files.createSymbolicLink(root.resolve("etc/ssh/sshd_config"), Path.of("../../srv/real"));
        plan("/etc/ssh/sshd_config");
        assertHeardWhen(() -> write("srv/real", "b"));
        assertHeardWhen(() -> Files.delete(root.resolve("etc/ssh/sshd_config")));
        write("srv/real", "not read any more");
        assertHeardWhen(() -> write("etc/ssh/sshd_config", "c"));
        assertThat(watch.status().folders()).isEqualTo(3);
    }

    @Test
    void hearsOfWhateverIsInAFolder() throws Exception {
        plan("/etc/sudoers.d");
        assertHeardWhen(() -> Files.createDirectory(root.resolve("etc/sudoers.d")));
        assertHeardWhen(() -> write("etc/sudoers.d/alice", "a"));
        assertHeardWhen(() -> Files.setPosixFilePermissions(
                root.resolve("etc/sudoers.d/alice"), PosixFilePermissions.fromString("rw-rw-rw-")));
        assertHeardWhen(() -> Files.delete(root.resolve("etc/sudoers.d/alice")));
    }

    @Test
    void saysNothingOfNeighbours() throws Exception {
        plan("/etc/ssh/sshd_config");
        write("etc/ssh/ssh_config", "a");
        write("etc/passwd", "a");
        assertHeardWhen(() -> write("etc/ssh/sshd_config", "a"));
        assertThat(watch.status().events()).isPositive();
        assertThat(heard).allMatch(SSHD::equals);
    }

    @Test
    void endsWithLinksThatLeadInACircle() throws Exception {
        Files.createSymbolicLink(root.resolve("etc/a"), Path.of("b"));
        Files.createSymbolicLink(root.resolve("etc/b"), Path.of("a"));
        plan("/etc/a");
        assertHeardWhen(() -> Files.delete(root.resolve("etc/a")));
    }

    @Test
    void doesNotWatchWhereEverybodyMayWrite() throws Exception {
        Path open = Files.createDirectory(root.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        plan("/open/x");
        assertThat(watch.status().unwatched()).containsExactly(open.toString());
        assertThat(watch.status().limitHit()).isFalse();
    }

    @Test
    void watchesABoundedNumberOfFolders() throws Exception {
        Path[] paths = new Path[PathWatch.MAX_FOLDERS + 5];
        for (int i = 0; i < paths.length; i++) {
            Files.createDirectories(root.resolve("many/" + i));
            paths[i] = Path.of("/many/" + i);
        }
        plan(paths);
        assertThat(watch.status().folders()).isEqualTo(PathWatch.MAX_FOLDERS);
        assertThat(watch.status().unwatched()).hasSize(paths.length + 2 - PathWatch.MAX_FOLDERS);
        plan(Path.of("/etc/ssh"));
        assertThat(watch.status()).isEqualTo(new PathWatch.Status(1, 3, List.of(), false, 0));
    }

    @Test
    void aStreamOfChangesIsToldATenthOfASecondApart() throws Exception {
        plan("/etc/ssh");
        assertHeardWhen(() -> {
            for (int i = 0; i < 5_000; i++) {
                Files.writeString(root.resolve("etc/ssh/f" + i), "");
            }
        });
        assertHeardWhen(() -> write("etc/ssh/sshd_config", "a"));
        assertThat(watch.status().events()).isLessThan(1_000);
    }

    private void plan(String path) {
        plan(Path.of(path));
    }

    private void plan(Path... paths) {
        var type = new DiscoveryType(
                "sshd",
                "",
                1,
                List.of("linux"),
                DiscoveryType.Activation.BY_DEFAULT,
                Duration.ofMinutes(1),
                Duration.ofSeconds(30),
                List.of(),
                Map.of(),
                List.of(paths),
                List.of(),
                Optional.empty());
        watch.plan(List.of(PlannedInstance.of(type, PlannedInstance.FirstRun.SOON)));
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private interface Change {
        void make() throws IOException;
    }

    /** What earlier changes made is awaited first, so that it does not count. */
    private void assertHeardWhen(Change change) throws IOException, InterruptedException {
        while (heard.poll(QUIET_MS, TimeUnit.MILLISECONDS) != null) {
            assertThat(heard).allMatch(SSHD::equals);
        }
        change.make();
        assertThat(heard.poll(SOON_SECONDS, TimeUnit.SECONDS)).isEqualTo(SSHD);
    }
}
