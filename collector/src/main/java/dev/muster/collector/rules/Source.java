package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.InstanceKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The facts of one type from which a host function answers.
 *
 * @param reported empty where the software is absent or unsupported: it has nothing then, and that is an answer
 */
record Source(String function, String type, Optional<Facts> reported) {
    private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

    /** What a function answers, or why it has nothing to answer from. */
    static Answer ask(Scene scene, String function, String type, Function<Source, Answer> body) {
        String from = function + "() answers from " + type + ", which ";
        if (!scene.isDiscovered(type)) {
            return new Answer.None(from + "is not discovered");
        }
        Optional<Facts> facts = scene.facts(InstanceKey.unnamed(type));
        if (facts.isEmpty()) {
            return new Answer.None(from + "has not been reported yet");
        }
        FactsStatus status = facts.get().status();
        return switch (status) {
            case OK, PARTIAL -> body.apply(new Source(function, type, facts));
            case ABSENT, UNSUPPORTED -> body.apply(new Source(function, type, Optional.empty()));
            case DENIED, TIMEOUT, ERROR -> new Answer.None(from + "ended with " + status.word());
        };
    }

    JsonNode data() {
        return reported.<JsonNode>map(Facts::data).orElse(NOTHING);
    }

    /** Whether one of the lists under a name has the text. */
    boolean lists(String member, String text) {
        return data().path(member).valueStream().anyMatch(item -> text.equals(item.asText()));
    }

    /** What the places say once they were looked through, unless some of them was denied or cut off. */
    Answer unless(Answer otherwise, String... places) {
        return reported.stream()
                .flatMap(facts -> Stream.concat(facts.denied().stream(), facts.truncated().stream()))
                .filter(entry -> Stream.of(places).anyMatch(place -> path(place).touches(entry)))
                .findFirst()
                .<Answer>map(entry -> new Answer.None(
                        function + "() answers from " + type + ", of which " + entry + " was denied or cut off"))
                .orElse(otherwise);
    }

    /** A text; where it is not there, there is nothing to answer from. */
    Answer text(String member, Function<String, Answer> body) {
        JsonNode value = data().path(member);
        if (reported.isPresent() && !value.isTextual()) {
            return new Answer.None(function + "() answers from " + type + ", which has not reported " + member);
        }
        return body.apply(value.asText());
    }

    private FactPath path(String place) {
        return new FactPath(InstanceKey.unnamed(type), List.of(place));
    }
}
