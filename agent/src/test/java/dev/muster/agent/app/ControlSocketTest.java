package dev.muster.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.app.AgentQuestion.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over the real socket. */
final class ControlSocketTest {
    @TempDir
    private Path folder;

    @Test
    void answersWhileItRunsAndLeavesNothing() throws IOException {
        try (var control = ControlSocket.open(folder, Map.of("status", () -> "{\"pid\":1}"))) {
            assertThat(control).isNotNull();
            assertThat(AgentQuestion.ask(folder, "status")).isEqualTo(new Answer(Answer.RUNS, "{\"pid\":1}"));
            assertThat(AgentQuestion.ask(folder, "rm -rf /")).isEqualTo(new Answer(Answer.RUNS, "?"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ControlSocket.socket(folder))))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(ControlSocket.pid(folder)).strip())
                    .isEqualTo(String.valueOf(ProcessHandle.current().pid()));
        }
        assertThat(folder).isEmptyDirectory();
        assertThat(AgentQuestion.ask(folder, "status").exitCode()).isEqualTo(Answer.NOT_RUNNING);
    }

    @Test
    void tellsADeadAgentFromOneThatNeverRan() throws IOException {
        assertThat(AgentQuestion.ask(folder.resolve("none"), "status").exitCode())
                .isEqualTo(Answer.NOT_RUNNING);
        // As kill -9 leaves it: a socket that nobody listens on, and the pid.
        ControlSocket.open(folder, Map.of("status", () -> "")).close();
        Files.writeString(ControlSocket.pid(folder), "1\n");
        assertThat(AgentQuestion.ask(folder, "status").exitCode()).isEqualTo(Answer.DEAD_WITH_PID_FILE);
        try (var again = ControlSocket.open(folder, Map.of("status", () -> "back"))) {
            assertThat(again).isNotNull();
            assertThat(AgentQuestion.ask(folder, "status").text()).isEqualTo("back");
        }
    }

    @Test
    void survivesClientsThatSayTooMuchOrLeave() throws IOException {
        try (var control = ControlSocket.open(folder, Map.of("status", () -> "fine"))) {
            assertThat(control).isNotNull();
            for (String said : new String[] {"", "x".repeat(100_000), "log-level LOUD\n", "\0\n"}) {
                try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    client.connect(UnixDomainSocketAddress.of(ControlSocket.socket(folder)));
                    client.write(ByteBuffer.wrap(said.getBytes(StandardCharsets.UTF_8)));
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("Broken pipe");
                }
            }
            assertThat(AgentQuestion.ask(folder, "status").text()).isEqualTo("fine");
        }
    }

    @Test
    void laysTheAnswerOutForPeople() throws IOException {
        var out = new ByteArrayOutputStream();
        StatusText.print(
                "{\"pid\":7,\"collector\":{\"address\":\"192.0.2.7:1984\",\"reason\":\"\"},"
                        + "\"discovery\":[{\"instance\":\"os\",\"status\":\"ok\",\"problem\":\"\"}],\"refused\":[\"no such type\"]}",
                new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                pid                    7
                collector address      192.0.2.7:1984

                discovery
                  instance=os  status=ok

                refused
                  no such type
                """);
    }
}
