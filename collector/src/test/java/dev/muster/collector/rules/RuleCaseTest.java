package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.InstanceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RuleCaseTest {
    @TempDir
    Path folder;

    @BeforeEach
    void writeSample() throws IOException {
        Path sample = Files.createDirectories(folder.resolve("samples/one"));
        Files.writeString(sample.resolve("facts.json"), "{\"a\": {\"b\": 1, \"c\": [1, 2]}, \"d\": 4}");
        Files.writeString(sample.resolve("host.json"), "{\"roles\": [\"web\"], \"answers\": {\"cmd\": true}}");
    }

    @Test
    void aTypeNeedHaveNone() throws IOException {
        assertThat(RuleCase.of(folder)).isEmpty();
    }

    @Test
    void aCaseIsLaidOverItsEntryAndThatOverTheSample() throws IOException {
        RuleCase only = cases("""
                - rule: [r1, r2]
                  on: one
                  facts: {a: {c: [3]}, d: null}
                  host: {answers: {pkg: false}}
                  fail:
                    - note: why
                      facts: {a: {b: 7}, e: x}
                """).getFirst();

        assertThat(data(only)).isEqualTo(FakeFacts.json("{\"a\": {\"b\": 7, \"c\": [3]}, \"e\": \"x\"}"));
        assertThat(only.host().answers()).isEqualTo(FakeFacts.json("{\"cmd\": true, \"pkg\": false}"));
        assertThat(only.host().facts().roles()).containsExactly("web");
        assertThat(only.rules()).containsExactly("r1", "r2");
        assertThat(only.verdict()).isEqualTo("fail");
        assertThat(only).hasToString(folder.getFileName() + ": r1 r2 fail #1, why");
    }

    @Test
    void eachValueMakesACase() throws IOException {
        List<RuleCase> cases = cases("""
                - rule: r1
                  pass:
                    - each: [1, two]
                      facts: {names: [$each], text: /etc/$each, $each: true}
                    - each: [{x: 1}]
                      facts: {records: [$each]}
                """);

        assertThat(cases)
                .extracting(RuleCaseTest::data)
                .containsExactly(
                        FakeFacts.json("{\"names\": [1], \"text\": \"/etc/1\", \"1\": true}"),
                        FakeFacts.json("{\"names\": [\"two\"], \"text\": \"/etc/two\", \"two\": true}"),
                        FakeFacts.json("{\"records\": [{\"x\": 1}]}"));
    }

    @Test
    void whatItDoesNotKnowIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cases("- {rule: r1, passes: [{}]}"))
                .withMessageContaining("unknown member passes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cases("- {rule: r1, pass: [{fact: {}}]}"))
                .withMessageContaining("unknown member fact");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cases("- {rule: r1, on: two, pass: [{}]}"))
                .withMessageContaining("no sample");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cases("- {rule: r1}"))
                .withMessageContaining("without a case");
    }

    private List<RuleCase> cases(String yaml) throws IOException {
        Files.writeString(folder.resolve(RuleCase.FILE), yaml);
        return RuleCase.of(folder);
    }

    private static JsonNode data(RuleCase one) {
        return one.host()
                .facts()
                .facts(InstanceKey.unnamed(one.host().type()))
                .orElseThrow()
                .data();
    }
}
