package dev.muster.collector.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.muster.collector.settings.SettingException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HookConfigTest {
    @TempDir
    private Path folder;

    private HookConfig read(String json) throws JsonProcessingException {
        return HookConfig.read(new JsonMapper().readTree(json.replace('\'', '"')), folder);
    }

    @Test
    void hasDefaults() throws JsonProcessingException {
        assertThat(read("{}")).isEqualTo(HookConfig.in(folder));
        assertThat(HookConfig.in(folder).timeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void readsEverything() throws JsonProcessingException {
        HookConfig config = read("{'timeout': '2m', 'environment': {'EMAILDESTS': 'ann@example.org'}}");
        assertThat(config.timeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.environment()).containsEntry("EMAILDESTS", "ann@example.org");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'folder': '/no/such/folder'} | hooks.folder",
                "{'timeout': '11m'} | hooks.timeout",
                "{'timout': '1m'} | unknown key",
                "{'environment': 7} | hooks.environment",
                "{'environment': {'LD_PRELOAD': '/tmp/x.so'}} | LD_PRELOAD",
                "{'environment': {'MUSTER_SEQ': '1'}} | MUSTER_SEQ",
                "{'environment': {'ASSIM_status': 'up'}} | ASSIM_status",
                "{'environment': {'A=B': 'c'}} | A=B",
                "{'environment': {'A': 'b\\nc'}} | cannot set A"
            })
    void namesWhatIsWrong(String json, String named) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining(named);
    }
}
