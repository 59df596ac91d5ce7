package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeclaredFactsTest {
    private static final FactType.Member MEMBER = new FactType.Member(FactType.Plain.ANY, FactType.Secrecy.OPEN);

    @ParameterizedTest
    @CsvSource({
        "*, a.b, true",
        "*, '', true",
        "a.*.b, a.x.b, true",
        "a.*.b, a.x.y.b, true",
        "a.*.b, a.b, false",
        "a.*.b, axxb, false",
        "a*, a, true",
        "a.+, aa, false",
        "*.b, a.b.c, false",
    })
    void aStarStandsForAnythingAndAllElseForItself(String pattern, String key, boolean matches) {
        assertThat(new FactType.KeyPattern(pattern, MEMBER).fits(key)).isEqualTo(matches);
    }

    @Test
    void aLiteralKeyComesBeforeAPatternAndAPatternBeforeLaterOnes() throws Exception {
        JsonNode entry = JsonMapper.builder()
                .build()
                .readTree("{\"keys\":[{\"pattern\":\"a.*\",\"type\":\"text\"},{\"key\":\"a.b\",\"type\":\"int\"},"
                        + "{\"pattern\":\"*\",\"type\":\"bool\"}]}");
        assertThat(DeclaredFacts.typeOfKey(entry, "a.b")).contains(FactType.Plain.INT);
        assertThat(DeclaredFacts.typeOfKey(entry, "a.c")).contains(FactType.Plain.TEXT);
        assertThat(DeclaredFacts.typeOfKey(entry, "b")).contains(FactType.Plain.BOOL);
    }

    @Test
    void aKeyThatNothingFitsHasNoType() throws Exception {
        JsonNode entry = JsonMapper.builder().build().readTree("{\"keys\":[{\"key\":\"a\",\"type\":\"int\"}]}");
        assertThat(DeclaredFacts.typeOfKey(entry, "b")).isEmpty();
    }
}
