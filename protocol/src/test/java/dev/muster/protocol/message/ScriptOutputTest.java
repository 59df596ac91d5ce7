package dev.muster.protocol.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;

class ScriptOutputTest {
    @Test
    void separatesReservedNamesFromData() {
        ScriptOutput output =
                parse("{\"_errors\":[\"e\"],\"b\":{\"_x\":1},\"_truncated\":[\"t\"],\"a\":2,\"_denied\":[\"d\"]}");
        assertThat(output.data()).hasToString("{\"a\":2,\"b\":{\"_x\":1}}");
        assertThat(output.denied()).containsExactly("d");
        assertThat(output.errors()).containsExactly("e");
        assertThat(output.truncated()).containsExactly("t");
    }

    @Test
    void hasEmptyListsWhereNoneArePrinted() {
        ScriptOutput output = parse("{\"_denied\":[]}");
        assertThat(output.data()).isEqualTo(CanonicalJson.EMPTY);
        assertThat(output.denied()).isEmpty();
    }

    @Test
    void refusesOtherReservedNamesAndWrongLists() {
        assertThatThrownBy(() -> parse("{\"_host\":\"x\"}"))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("reserved: _host");
        assertThatThrownBy(() -> parse("{\"_denied\":{}}")).isInstanceOf(MalformedMessage.class);
        assertThatThrownBy(() -> parse("{\"_denied\":[1]}")).isInstanceOf(MalformedMessage.class);
        assertThatThrownBy(() -> parse("{\"_denied\":[\"" + "x".repeat(2_000) + "\"]}"))
                .isInstanceOf(MalformedMessage.class);
    }

    private static ScriptOutput parse(String text) {
        return ScriptOutput.parse(new ByteArrayInputStream(text.getBytes(UTF_8)), text.length());
    }
}
