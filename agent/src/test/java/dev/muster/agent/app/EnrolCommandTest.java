package dev.muster.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.noise.StaticKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnrolCommandTest {
    @TempDir
    private Path folder;

    @Test
    void tellsWrongArgumentsFromAHostThatBelongsToAnother() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "tok-123\n");
        Path none = Files.writeString(folder.resolve("none"), "two words\n");
        assertThat(enrol("--key", "nonsense")).isEqualTo(64);
        assertThat(enrol()).isEqualTo(64);
        assertThat(enrol("--key", key(), "--token-file", none.toString())).isEqualTo(64);
        assertThat(enrol("--key", key(), "--collector", "a:b:c:d")).isEqualTo(64);
        assertThat(enrol("--key", key(), "--token-file", token.toString())).isZero();
        assertThat(enrol("--key", key(), "--token-file", token.toString())).isEqualTo(70);
    }

    private int enrol(String... more) {
        List<String> all = new ArrayList<>(List.of("enrol", "--home", folder.toString()));
        all.addAll(List.of(more));
        return AgentCommands.execute(all.toArray(String[]::new));
    }

    private static String key() {
        return StaticKeys.generate(new SecureRandom()).publicKey().toBase64();
    }
}
