package dev.muster.collector.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServiceManagerTest {
    private static final long PID = 42;

    @TempDir
    private Path folder;

    @Test
    void tellsASocketThatHasAPath() {
        String path = folder.resolve("notify").toString();
        try (var socket = new NotifySocket(path)) {
            ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", path));
            manager.tell(ServiceManager.READY);
            manager.tell(ServiceManager.STOPPING);
            assertThat(socket.next()).isEqualTo("READY=1");
            assertThat(socket.next()).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void tellsASocketThatHasAnAbstractName() {
        String name = "@muster-test-" + ProcessHandle.current().pid() + "-" + folder.getFileName();
        try (var socket = new NotifySocket(name)) {
            manager(Map.of("NOTIFY_SOCKET", name)).tell(ServiceManager.READY);
            assertThat(socket.next()).isEqualTo("READY=1");
        }
    }

    @Test
    void goesOnWhereNobodyListensOrTheAddressIsNone() {
        for (String address : List.of(folder + "/nobody", "relative", "vsock:2:1234", "/" + "x".repeat(200))) {
            manager(Map.of("NOTIFY_SOCKET", address)).tell(ServiceManager.READY);
        }
    }

    @Test
    void aSocketThatIsFullHoldsNothingUp() throws IOException {
        int room = Integer.parseInt(
                Files.readString(Path.of("/proc/sys/net/unix/max_dgram_qlen")).strip());
        String path = folder.resolve("notify").toString();
        try (var socket = new NotifySocket(path)) {
            ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", path));
            for (int i = 0; i < room + 3; i++) {
                manager.tell(ServiceManager.ALIVE);
            }
            assertThat(socket.next()).isEqualTo("WATCHDOG=1");
        }
    }

    @Test
    void onlyAManagerThatAsksThisProcessGetsSignsOfLife() {
        Map<String, String> asked = Map.of("NOTIFY_SOCKET", "/x", "WATCHDOG_USEC", "90000000");
        assertThat(manager(asked).watchdog()).contains(Duration.ofSeconds(90));
        assertThat(manager(and(asked, "WATCHDOG_PID", "42")).watchdog()).contains(Duration.ofSeconds(90));
        assertThat(manager(and(asked, "WATCHDOG_PID", "43")).watchdog()).isEmpty();
        assertThat(manager(and(asked, "NOTIFY_SOCKET", "")).watchdog()).isEmpty();
        for (String wrong : List.of("", "0", "-1", "1.5", "99999999999999999999")) {
            assertThat(manager(and(asked, "WATCHDOG_USEC", wrong)).watchdog()).isEmpty();
        }
        assertThat(manager(Map.of()).watchdog()).isEmpty();
    }

    @Test
    void theWatchdogIsSilentWhileTheCollectorDoesNotWork() {
        String path = folder.resolve("notify").toString();
        List<Runnable> held = new ArrayList<>();
        var asked = Map.of("NOTIFY_SOCKET", path, "WATCHDOG_USEC", "30000");
        try (var socket = new NotifySocket(path)) {
            try (var _ = new Watchdog(manager(asked), Runnable::run).start()) {
                assertThat(socket.next()).isEqualTo("WATCHDOG=1");
                assertThat(socket.next()).isEqualTo("WATCHDOG=1");
            }
            while (socket.now().isPresent()) {}
            try (var _ = new Watchdog(manager(asked), task -> {
                        synchronized (held) {
                            held.add(task);
                            held.notifyAll();
                        }
                    })
                    .start()) {
                awaitHeld(held, 3);
                assertThat(socket.now()).isEmpty();
                held.getFirst().run();
                assertThat(socket.next()).isEqualTo("WATCHDOG=1");
            }
        }
    }

    private static void awaitHeld(List<Runnable> held, int count) {
        synchronized (held) {
            while (held.size() < count) {
                try {
                    held.wait();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private static ServiceManager manager(Map<String, String> environment) {
        return ServiceManager.of(environment, PID);
    }

    private static Map<String, String> and(Map<String, String> all, String name, String value) {
        var more = new java.util.HashMap<>(all);
        more.put(name, value);
        return more;
    }
}
