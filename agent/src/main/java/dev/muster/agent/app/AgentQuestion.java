package dev.muster.agent.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Asks the agent that runs on this host, by its {@link ControlSocket}. */
final class AgentQuestion {
    private static final int MAX_ANSWER_BYTES = 8 << 20;

    private AgentQuestion() {}

    /**
     * What came of it; the exit codes are those of LSB 5.0, 22.2 for {@code status}.
     *
     * @param text the answer, or what is the matter
     */
    record Answer(int exitCode, String text) {
        static final int RUNS = 0;
        static final int DEAD_WITH_PID_FILE = 1;
        static final int NOT_RUNNING = 3;
        static final int UNKNOWN = 4;
    }

    static Answer ask(Path folder, String question) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                return new Answer(Answer.NOT_RUNNING, "not running");
            }
            // Says no where this user may not enter.
            folder.getFileSystem().provider().checkAccess(folder, AccessMode.EXECUTE);
            channel.connect(UnixDomainSocketAddress.of(ControlSocket.socket(folder)));
            OutputStream out = Channels.newOutputStream(channel);
            out.write((question + "\n").getBytes(StandardCharsets.UTF_8));
            InputStream in = Channels.newInputStream(channel);
            return new Answer(Answer.RUNS, new String(in.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8).strip());
        } catch (AccessDeniedException e) {
            return new Answer(Answer.UNKNOWN, "may not look into " + folder + ": ask as the agent's user or root");
        } catch (IOException e) {
            return Files.exists(ControlSocket.pid(folder))
                    ? new Answer(
                            Answer.DEAD_WITH_PID_FILE, "not running, and " + ControlSocket.pid(folder) + " is left")
                    : new Answer(Answer.NOT_RUNNING, "not running");
        }
    }
}
