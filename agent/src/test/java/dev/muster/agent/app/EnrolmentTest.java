package dev.muster.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.CollectorAddress;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.noise.StaticKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnrolmentTest {
    private static final PublicKey KEY = StaticKeys.generate(new SecureRandom()).publicKey();
    private static final PublicKey OTHER =
            StaticKeys.generate(new SecureRandom()).publicKey();
    private static final List<CollectorAddress> AT = List.of(CollectorAddress.parse("192.0.2.7"));
    private static final Optional<String> TOKEN = Optional.of("tok-123");

    @TempDir
    private Path folder;

    private Enrolment enrolment;

    @BeforeEach
    void of() {
        enrolment = new Enrolment(
                folder.resolve("etc/collector-keys"), folder.resolve("state"), folder.resolve("etc/agent.conf"));
    }

    @Test
    void writesWhatTheAgentReadsAtItsNextStart() throws IOException {
        List<String> done = enrolment.write(KEY, AT, TOKEN, Enrolment.Former.STAYS);
        assertThat(String.join("\n", done))
                .contains(KEY.fingerprint(), "192.0.2.7:1984")
                .doesNotContain("tok-123");
        assertThat(InstalledKeys.read(enrolment.keys())).containsExactly(KEY);
        assertThat(AgentConfig.load(List.of(enrolment.settings()), List.of())
                        .link()
                        .collectors())
                .isEqualTo(AT);
        assertThat(mode(StateFolder.token(enrolment.state()))).isEqualTo("rw-------");
        assertThat(mode(enrolment.state())).isEqualTo("rwx------");
        try (StateFolder state = StateFolder.open(enrolment.state())) {
            assertThat(state.token()).isEqualTo(TOKEN);
        }
    }

    @Test
    void changesNothingTheSecondTime() throws IOException {
        enrolment.write(KEY, AT, TOKEN, Enrolment.Former.STAYS);
        FileTime then = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(enrolment.settings(), then);
        Files.setLastModifiedTime(enrolment.keys().resolve("collector.pub"), then);
        enrolment.write(KEY, AT, TOKEN, Enrolment.Former.STAYS);
        assertThat(Files.getLastModifiedTime(enrolment.settings())).isEqualTo(then);
        assertThat(Files.getLastModifiedTime(enrolment.keys().resolve("collector.pub")))
                .isEqualTo(then);
    }

    @Test
    void leavesOtherSettingsTheirModeAndCommentsAlone() throws IOException {
        Files.createDirectories(enrolment.settings().getParent());
        Files.writeString(enrolment.settings(), "# ours\nMAX_SCRIPTS=1\n#COLLECTORS=\nCOLLECTORS = 192.0.2.1\nPORT=0");
        Files.setPosixFilePermissions(enrolment.settings(), PosixFilePermissions.fromString("rw-r-----"));
        enrolment.write(KEY, AT, Optional.empty(), Enrolment.Former.STAYS);
        assertThat(enrolment.settings())
                .hasContent("# ours\nMAX_SCRIPTS=1\n#COLLECTORS=\nCOLLECTORS=192.0.2.7:1984\nPORT=0\n");
        assertThat(mode(enrolment.settings())).isEqualTo("rw-r-----");
    }

    @Test
    void refusesAnotherCollectorUntilToldOtherwise() throws IOException {
        enrolment.write(KEY, AT, TOKEN, Enrolment.Former.STAYS);
        assertThat(enrolment.show(AT))
                .containsExactly("key=" + KEY.toBase64(), "collectors=192.0.2.7:1984", "enrolled=no");
        Files.writeString(enrolment.state().resolve("host.id"), "019353c1\n");
        assertThat(enrolment.show(AT)).contains("enrolled=yes");
        assertThatThrownBy(() -> enrolment.write(OTHER, AT, Optional.of("tok-456"), Enrolment.Former.STAYS))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining(KEY.fingerprint())
                .hasMessageContaining("--replace");
        assertThat(InstalledKeys.read(enrolment.keys())).containsExactly(KEY);
        enrolment.write(OTHER, AT, Optional.of("tok-456"), Enrolment.Former.REPLACED);
        assertThat(InstalledKeys.read(enrolment.keys())).containsExactly(OTHER);
        assertThat(enrolment.state().resolve("host.id")).doesNotExist();
    }

    @Test
    void writesNothingWhereTheTokenIsNone() {
        for (String bad : List.of("", "two words", "x".repeat(257), "caf\u00e9")) {
            assertThatThrownBy(() -> enrolment.write(KEY, AT, Optional.of(bad), Enrolment.Former.STAYS))
                    .isInstanceOf(AgentException.class)
                    .message()
                    .isEqualTo("what was given as the token is none; \"muster enroll token\" makes one");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void namesOtherKeysThatAreBelievedToo() throws IOException {
        Files.createDirectories(enrolment.keys());
        Files.writeString(enrolment.keys().resolve("spare.pub"), OTHER.toBase64());
        assertThat(enrolment.write(KEY, AT, TOKEN, Enrolment.Former.STAYS))
                .anyMatch(line -> line.contains(OTHER.fingerprint()) && line.contains("believed, too"));
    }

    @Test
    void theTokenGoesOnceItWasUsedButNotANewOne() throws IOException {
        enrolment.write(KEY, AT, TOKEN, Enrolment.Former.STAYS);
        try (StateFolder state = StateFolder.open(enrolment.state())) {
            enrolment.write(KEY, AT, Optional.of("tok-456"), Enrolment.Former.STAYS);
            state.tokenUsed();
        }
        try (StateFolder state = StateFolder.open(enrolment.state())) {
            assertThat(state.token()).contains("tok-456");
            state.tokenUsed();
        }
        assertThat(StateFolder.token(enrolment.state())).doesNotExist();
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
