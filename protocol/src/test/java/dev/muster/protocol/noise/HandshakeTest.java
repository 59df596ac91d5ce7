package dev.muster.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.HandshakeState;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HandshakeTest {
    private static final byte[] PROLOGUE = {1, 2, 3};

    static Stream<JsonNode> publishedVectors() throws IOException {
        try (var in = HandshakeTest.class.getResourceAsStream("/vectors/noise-ik.json")) {
            return new ObjectMapper()
                    .readTree(in)
                    .get("vectors")
                    .valueStream()
                    .filter(v -> v.get("protocol_name").asText().equals("Noise_IK_25519_AESGCM_SHA256"));
        }
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("publishedVectors")
    void agreesWithThePublishedVectors(JsonNode vector) throws HandshakeFailure {
        StaticKeys initiatorKeys = keys(vector, "init_static");
        StaticKeys responderKeys = keys(vector, "resp_static");
        var initiator = new Handshake.Initiator(
                hex(vector, "init_prologue"),
                initiatorKeys,
                keys(vector, "init_ephemeral"),
                PublicKey.of(hex(vector, "init_remote_static")));
        JsonNode messages = vector.get("messages");

        byte[] first = initiator.write(hex(messages.get(0), "payload"));
        assertThat(first).isEqualTo(hex(messages.get(0), "ciphertext"));

        var responder = new Handshake.Responder(hex(vector, "resp_prologue"), responderKeys, first);
        assertThat(responder.initiator()).isEqualTo(initiatorKeys.publicKey());
        assertThat(responder.payload()).isEqualTo(hex(messages.get(0), "payload"));

        byte[] second = responder.write(hex(messages.get(1), "payload"), keys(vector, "resp_ephemeral"));
        assertThat(second).isEqualTo(hex(messages.get(1), "ciphertext"));
        assertThat(initiator.read(second)).isEqualTo(hex(messages.get(1), "payload"));

        SessionKeys ours = initiator.keys();
        SessionKeys theirs = responder.keys();
        assertThat(initiator.hash()).isEqualTo(responder.hash()).isEqualTo(hex(vector, "handshake_hash"));
        for (int i = 2; i < messages.size(); i++) {
            byte[] payload = hex(messages.get(i), "payload");
            SessionKeys sender = i % 2 == 0 ? ours : theirs;
            SessionKeys receiver = i % 2 == 0 ? theirs : ours;
            int counter = (i - 2) / 2;
            byte[] sealed = sender.sending().seal(counter, new byte[0], payload);
            assertThat(sealed).isEqualTo(hex(messages.get(i), "ciphertext"));
            assertThat(open(receiver, counter, sealed)).isEqualTo(payload);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void speaksWithAnIndependentResponder(long seed) throws Exception {
        var random = new Random(seed);
        StaticKeys own = StaticKeys.generate(random);
        var oracle = new HandshakeState("Noise_IK_25519_AESGCM_SHA256", HandshakeState.RESPONDER);
        oracle.setPrologue(PROLOGUE, 0, PROLOGUE.length);
        oracle.getLocalKeyPair().generateKeyPair();
        byte[] theirKey = new byte[32];
        oracle.getLocalKeyPair().getPublicKey(theirKey, 0);
        oracle.start();

        var initiator = new Handshake.Initiator(PROLOGUE, own, StaticKeys.generate(random), PublicKey.of(theirKey));
        byte[] payload = bytes(random, 64);
        byte[] first = initiator.write(payload);
        byte[] read = new byte[256];
        int length = oracle.readMessage(first, 0, first.length, read, 0);
        assertThat(Arrays.copyOf(read, length)).isEqualTo(payload);

        byte[] second = new byte[256];
        int secondLength = oracle.writeMessage(second, 0, payload, 0, payload.length);
        assertThat(initiator.read(Arrays.copyOf(second, secondLength))).isEqualTo(payload);

        CipherStatePair pair = oracle.split();
        byte[] sealed = initiator.keys().sending().seal(0, new byte[0], payload);
        byte[] opened = new byte[256];
        int openedLength = pair.getReceiver().decryptWithAd(new byte[0], sealed, 0, opened, 0, sealed.length);
        assertThat(Arrays.copyOf(opened, openedLength)).isEqualTo(payload);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void speaksWithAnIndependentInitiator(long seed) throws Exception {
        var random = new Random(seed);
        StaticKeys own = StaticKeys.generate(random);
        var oracle = new HandshakeState("Noise_IK_25519_AESGCM_SHA256", HandshakeState.INITIATOR);
        oracle.setPrologue(PROLOGUE, 0, PROLOGUE.length);
        oracle.getLocalKeyPair().generateKeyPair();
        oracle.getRemotePublicKey().setPublicKey(own.publicKey().toBytes(), 0);
        oracle.start();

        byte[] payload = bytes(random, 64);
        byte[] first = new byte[256];
        int firstLength = oracle.writeMessage(first, 0, payload, 0, payload.length);
        var responder = new Handshake.Responder(PROLOGUE, own, Arrays.copyOf(first, firstLength));
        assertThat(responder.payload()).isEqualTo(payload);

        byte[] second = responder.write(payload, StaticKeys.generate(random));
        byte[] read = new byte[256];
        int length = oracle.readMessage(second, 0, second.length, read, 0);
        assertThat(Arrays.copyOf(read, length)).isEqualTo(payload);
    }

    @Test
    void refusesEveryMessageInWhichOneBitIsFlipped() throws HandshakeFailure {
        var random = new Random(7);
        StaticKeys responder = StaticKeys.generate(random);
        byte[] first = new Handshake.Initiator(
                        PROLOGUE, StaticKeys.generate(random), StaticKeys.generate(random), responder.publicKey())
                .write(bytes(random, 16));
        for (int i = 0; i < first.length; i++) {
            byte[] bad = first.clone();
            bad[i] ^= (byte) (1 << random.nextInt(i == 31 ? 7 : 8)); // X25519 ignores a point's top bit
            assertThatThrownBy(() -> new Handshake.Responder(PROLOGUE, responder, bad))
                    .as("bit flipped in byte %d", i)
                    .isInstanceOf(HandshakeFailure.class);
        }
    }

    @Test
    void refusesAMessageForAnotherKey() throws HandshakeFailure {
        var random = new Random(8);
        StaticKeys other = StaticKeys.generate(random);
        byte[] first = new Handshake.Initiator(
                        PROLOGUE,
                        StaticKeys.generate(random),
                        StaticKeys.generate(random),
                        StaticKeys.generate(random).publicKey())
                .write(new byte[0]);
        assertThatThrownBy(() -> new Handshake.Responder(PROLOGUE, other, first))
                .isInstanceOf(HandshakeFailure.class);
    }

    @Test
    void refusesALowOrderPoint() {
        var random = new Random(9);
        byte[] message = new byte[Handshake.FIRST_OVERHEAD_BYTES]; // the ephemeral key is the all-zero point
        StaticKeys own = StaticKeys.generate(random);
        assertThatThrownBy(() -> new Handshake.Responder(PROLOGUE, own, message))
                .isInstanceOf(HandshakeFailure.class)
                .hasMessageContaining("low-order");
    }

    private static byte[] open(SessionKeys keys, long counter, byte[] sealed) {
        return keys.receiving()
                .open(counter, new byte[0], 0, 0, sealed, 0, sealed.length)
                .orElseThrow();
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static StaticKeys keys(JsonNode vector, String name) {
        return StaticKeys.ofPrivate(hex(vector, name));
    }

    private static byte[] hex(JsonNode node, String name) {
        return HexFormat.of().parseHex(node.get(name).asText());
    }
}
