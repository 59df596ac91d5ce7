package dev.muster.collector.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * What stood at one time, in one hash, signed, and tied to what stood before: as a line of text the signature in base64, a space, and the
 * JSON that is signed.
 *
 * @param seq from 1, without gaps
 * @param previous hash of the checkpoint's line before; empty of the first
 * @param root {@link Hashes#root} over {@link HostEvidence#leaf} of each host, in the order of their ids
 * @param hosts how many
 * @param ruleSet hash of the rules in force
 */
record Checkpoint(long seq, Instant at, String previous, String root, int hosts, String ruleSet) {
    private static final String FORMAT = "muster-checkpoint-1";

    /** A line that was read, and what it says; its signature is not checked yet. */
    record Line(String text, Checkpoint checkpoint, String signedText, String signature) {
        static Line of(String text) throws EvidenceException {
            int space = text.indexOf(' ');
            try {
                String signed = text.substring(space + 1);
                JsonNode json = Json.MAPPER.readTree(signed);
                if (space < 0 || !json.path("format").asText().equals(FORMAT)) {
                    throw new EvidenceException("this line is no checkpoint");
                }
                var checkpoint = new Checkpoint(
                        json.required("seq").asLong(),
                        Instant.parse(json.required("at").asText()),
                        json.required("previous").asText(),
                        json.required("root").asText(),
                        json.required("hosts").asInt(),
                        json.required("rule_set").asText());
                return new Line(text, checkpoint, signed, text.substring(0, space));
            } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
                throw new EvidenceException("this line is no checkpoint", e);
            }
        }

        String hash() {
            return Hashes.of(text);
        }

        boolean signedBy(VerifyingKey key) {
            try {
                return key.signed(signedText, Base64.getDecoder().decode(signature));
            } catch (IllegalArgumentException noBase64) {
                return false;
            }
        }
    }

    Line sign(EvidenceKey key) throws EvidenceException {
        String text = JsonNodeFactory.instance
                .objectNode()
                .put("format", FORMAT)
                .put("seq", seq)
                .put("at", at.toString())
                .put("previous", previous)
                .put("root", root)
                .put("hosts", hosts)
                .put("rule_set", ruleSet)
                .toString();
        return Line.of(Base64.getEncoder().encodeToString(key.sign(text)) + " " + text);
    }
}
