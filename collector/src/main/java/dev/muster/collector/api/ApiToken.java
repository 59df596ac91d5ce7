package dev.muster.collector.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The administrator's token: made once, kept in a file that its group may read, compared in constant time. Only its hash stays in
 * memory.
 */
final class ApiToken {
    static final String FILE = "api.token";

    /** 256 bits cannot be guessed. */
    private static final int TOKEN_BYTES = 32;

    /** Below this a token that somebody wrote by hand could be guessed. */
    private static final int MIN_CHARACTERS = 16;

    private final byte[] hash;

    private ApiToken(String token) {
        this.hash = sha256(token);
    }

    static ApiToken loadOrMake(Path home, SecureRandom random) {
        Path file = home.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                byte[] bytes = new byte[TOKEN_BYTES];
                random.nextBytes(bytes);
                String made = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
                ApiFiles.write(file, made + "\n", ApiFiles.GROUP_READS);
            }
            String token = Files.readString(file, StandardCharsets.UTF_8).strip();
            if (token.length() < MIN_CHARACTERS) {
                throw new ApiException("the access token in " + file
                        + " is too short; delete the file and start again: a new one is made");
            }
            return new ApiToken(token);
        } catch (IOException unreadable) {
            throw new ApiException("cannot read or write the access token " + file + ": " + unreadable, unreadable);
        }
    }

    boolean matches(String offered) {
        return MessageDigest.isEqual(hash, sha256(offered));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("this Java runtime has no SHA-256", broken);
        }
    }
}
