package dev.muster.collector.evidence;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** The pair that signs evidence and nothing else: Ed25519 (RFC 8032). The collector's other keys agree on secrets and cannot sign. */
public final class EvidenceKey {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private final PrivateKey secret;
    private final VerifyingKey verifying;

    private EvidenceKey(PrivateKey secret, VerifyingKey verifying) {
        this.secret = secret;
        this.verifying = verifying;
    }

    public static EvidenceKey generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, random);
            KeyPair pair = generator.generateKeyPair();
            return new EvidenceKey(pair.getPrivate(), new VerifyingKey(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has Ed25519", e);
        }
    }

    /**
     * Reads {@link #secretText()}.
     *
     * @throws EvidenceException where it is damaged, or its halves are of two pairs
     */
    public static EvidenceKey parse(String text) throws EvidenceException {
        try {
            PrivateKey secret = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(VerifyingKey.pemBody(text, BEGIN, END)));
            var key = new EvidenceKey(secret, VerifyingKey.ofPem(text));
            if (!key.verifying.signed("a pair", key.sign("a pair"))) {
                throw new EvidenceException("its halves do not belong together");
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new EvidenceException("this is no Ed25519 key", e);
        }
    }

    /** Both halves, PEM: a secret. */
    public String secretText() {
        return BEGIN + "\n" + Base64.getEncoder().encodeToString(secret.getEncoded()) + "\n" + END + "\n"
                + verifying.pem();
    }

    public VerifyingKey verifying() {
        return verifying;
    }

    byte[] sign(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(secret);
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was read can sign", e);
        }
    }

    byte[] sign(String text) {
        return sign(text.getBytes(StandardCharsets.UTF_8));
    }
}
