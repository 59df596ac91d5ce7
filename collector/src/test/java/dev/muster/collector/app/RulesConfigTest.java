package dev.muster.collector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.muster.collector.rules.ParameterValues;
import dev.muster.collector.rules.Problem;
import dev.muster.collector.settings.SettingException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RulesConfigTest {
    private static JsonNode yaml(String text) throws IOException {
        return YAMLMapper.builder().build().readTree(text);
    }

    @Test
    void nothingSaidIsTheBaseProfile() {
        var config = RulesConfig.read(MissingNode.getInstance());

        assertThat(config.profiles().site()).containsExactly("base");
        assertThat(config.values()).isEqualTo(ParameterValues.NONE);
    }

    @Test
    void profilesAndValuesAreTaken() throws IOException {
        var config = RulesConfig.read(yaml("""
                profiles: [base, stig]
                parameters: {a: [root]}
                roles: {web: {b: 1}}
                hosts: {web1: {c: x}}
                """));

        assertThat(config.profiles().site()).containsExactlyInAnyOrder("base", "stig");
        assertThat(config.values().site()).hasToString("{a=[\"root\"]}");
        assertThat(config.values().roles()).hasToString("{web={b=1}}");
        assertThat(config.values().hosts()).hasToString("{web1={c=\"x\"}}");
    }

    @Test
    void aValueOfNoParameterIsAProblemAndNoRuleLess() throws IOException {
        var loaded = RulesConfig.read(yaml("parameters: {nobody_declares_this: 1}"))
                .load(Path.of("there-is-no-such-home"))
                .loaded();

        assertThat(loaded.problems())
                .extracting(Problem::toString)
                .anyMatch(problem -> problem.startsWith("parameters of site:1: nobody_declares_this is not declared"));
        assertThat(loaded.set().rules()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "profile: [base] ; rules.profile: unknown key; did you mean profiles?",
                "profiles: base ; rules.profiles: a list of base, strict, stig",
                "profiles: [strit] ; rules.profiles: a list of base, strict, stig, not [\"strit\"]; did you mean strict?",
                "profiles: [] ; rules.profiles: a list of",
                "parameters: [1] ; rules.parameters: names with values",
                "roles: {web: 1} ; rules.roles.web: names with values",
            })
    void whatIsWrongIsNamed(String text, String problem) throws IOException {
        JsonNode section = yaml(text);

        assertThatThrownBy(() -> RulesConfig.read(section))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith(problem);
    }
}
