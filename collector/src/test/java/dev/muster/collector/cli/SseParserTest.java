package dev.muster.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SseParserTest {
    private static List<SseParser.Message> parse(String stream) {
        SseParser parser = new SseParser();
        return stream.lines().map(parser::line).flatMap(Optional::stream).toList();
    }

    @Test
    void aMessageEndsAtAnEmptyLine() {
        assertThat(parse("id: 7\ndata: {}\n\nid:8\ndata:{\"a\":1}\n\ndata: never ended"))
                .containsExactly(new SseParser.Message("7", "{}"), new SseParser.Message("8", "{\"a\":1}"));
    }

    @Test
    void dataOfSeveralLinesIsOneMessage() {
        assertThat(parse("data: a\ndata:  b\n\n")).containsExactly(new SseParser.Message("", "a\n b"));
    }

    @Test
    void commentsAndUnknownFieldsAreNoMessages() {
        assertThat(parse(": alive\n\nretry: 5\n\nevent: x\n\ndata\n\n\n")).isEmpty();
    }
}
