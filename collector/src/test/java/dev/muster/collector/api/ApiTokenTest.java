package dev.muster.collector.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiTokenTest {
    @TempDir
    Path home;

    @Test
    void isMadeOnceAndThenKept() throws Exception {
        ApiToken.loadOrMake(home, new SecureRandom());
        String token = Files.readString(home.resolve("api.token")).strip();
        assertThat(token).hasSize(43);
        assertThat(ApiToken.loadOrMake(home, new SecureRandom()).matches(token)).isTrue();
    }

    @Test
    void matchesNothingElse() throws Exception {
        ApiToken made = ApiToken.loadOrMake(home, new SecureRandom());
        String token = Files.readString(home.resolve("api.token")).strip();
        assertThat(made.matches("")).isFalse();
        assertThat(made.matches(token.substring(1))).isFalse();
        assertThat(made.matches(token + "x")).isFalse();
    }

    @Test
    void anEmptiedFileLetsNobodyIn() throws Exception {
        Files.writeString(home.resolve("api.token"), "\n");
        assertThatThrownBy(() -> ApiToken.loadOrMake(home, new SecureRandom()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("too short");
    }
}
