package dev.muster.collector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.muster.collector.model.Wish;
import dev.muster.collector.settings.SettingException;
import dev.muster.collector.wishes.SiteSettings;
import dev.muster.collector.wishes.TypeSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiscoveryConfigTest {
    private static JsonNode yaml(String text) throws IOException {
        return YAMLMapper.builder().build().readTree(text);
    }

    @Test
    void nothingSaidAsksForNothing() {
        assertThat(DiscoveryConfig.read(MissingNode.getInstance()).settings()).isEqualTo(SiteSettings.NONE);
    }

    @Test
    void typesAreSetForAllForARoleAndForAHost() throws IOException {
        var config = DiscoveryConfig.read(yaml("""
                types:
                  fileattrs: {parameters: {paths: [/srv/a, "/srv/*"]}}
                roles:
                  web: {os: {interval: 2h}}
                hosts:
                  web1: {packages: {enabled: false}, ours: {enabled: true, parameters: {depth: 3}}}
                """));

        assertThat(config.settings())
                .isEqualTo(new SiteSettings(
                        Map.of("fileattrs", settings(Optional.empty(), Map.of("paths", "/srv/a\n/srv/*"))),
                        Map.of(
                                "web",
                                Map.of(
                                        "os",
                                        new TypeSettings(
                                                Optional.empty(), Optional.of(Duration.ofHours(2)), new TreeMap<>()))),
                        Map.of(
                                "web1",
                                Map.of(
                                        "packages", settings(Optional.of(Wish.Run.OFF), Map.of()),
                                        "ours", settings(Optional.of(Wish.Run.ON), Map.of("depth", "3"))))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "type: {} ; discovery.type: unknown key; did you mean types?",
                "types: [os] ; discovery.types: names with values",
                "types: {os: {every: 2h}} ; discovery.types.os.every: unknown key; known are enabled, interval, parameters",
                "types: {os: {enabled: 1}} ; discovery.types.os.enabled: true or false",
                "types: {os: {interval: 9999h}} ; discovery.types.os.interval: from 1s to 744h",
                "types: {os: {interval: soon}} ; discovery.types.os.interval: expected a number and a unit",
                "types: {os: {parameters: {a: 1}}} ; discovery.types.os.parameters.a: no parameter of os",
                "types: {fileattrs: {parameters: {path: [/etc]}}} ; no parameter of fileattrs; did you mean paths?",
                "types: {fileattrs: {parameters: {paths: [etc]}}} ; paths: must hold absolute paths",
                "hosts: {a: {fileattrs: {parameters: {paths: {b: c}}}}} ; a number, a word or a list of texts",
            })
    void whatIsWrongIsNamed(String text, String problem) throws IOException {
        JsonNode section = yaml(text);
        assertThatThrownBy(() -> DiscoveryConfig.read(section))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining(problem.split(";", -1)[0]);
    }

    private static TypeSettings settings(Optional<Wish.Run> run, Map<String, String> parameters) {
        return new TypeSettings(run, Optional.empty(), new TreeMap<>(parameters));
    }
}
