package dev.muster.packaging;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Hears what a service tells its manager, as systemd does: sd_notify(3), a line a message. Python has such sockets, and Java has not. */
final class ServiceManagerEar implements AutoCloseable {
    private static final String LISTEN = """
            import os, socket, sys
            ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            ear.bind(sys.argv[1])
            os.chmod(sys.argv[1], 0o666)
            print("listening")
            while True:
                print(ear.recv(4096).decode())
            """;

    private final Daemon listener;

    private ServiceManagerEar(Daemon listener) {
        this.listener = listener;
    }

    static ServiceManagerEar open(Path socket, Path log) throws IOException {
        var ear = new ServiceManagerEar(Daemon.start(List.of("python3", "-u", "-c", LISTEN, socket.toString()), log));
        await().atMost(Duration.ofMinutes(1)).until(() -> ear.listener.log().startsWith("listening"));
        return ear;
    }

    List<String> heard() throws IOException {
        return listener.log().lines().skip(1).toList();
    }

    @Override
    public void close() {
        listener.close();
    }
}
