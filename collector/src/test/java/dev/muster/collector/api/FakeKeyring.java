package dev.muster.collector.api;

import dev.muster.collector.model.Keyring;
import java.util.Optional;

/** One spare, in memory. */
public final class FakeKeyring implements Keyring {
    public static final String SECRET = "c3BhcmU=";
    private Place place = Place.ON_THIS_MACHINE;
    private Optional<String> next = Optional.empty();

    @Override
    public Keys now() {
        return new Keys("aaaa-bbbb", "cccc-dddd", place, Optional.empty(), next);
    }

    @Override
    public Optional<String> spareSecret() {
        return place == Place.ON_THIS_MACHINE ? Optional.of(SECRET) : Optional.empty();
    }

    @Override
    public Optional<String> spareExported(String fingerprint) {
        if (!fingerprint.equals("cccc-dddd")) {
            return Optional.of("the spare is another one by now");
        }
        place = Place.MOVED_AWAY;
        return Optional.empty();
    }

    @Override
    public Optional<String> rotate(Optional<String> secret, Old old) {
        if (!secret.or(this::spareSecret).equals(Optional.of(SECRET))) {
            return Optional.of("the spare was moved away: say where its file is");
        }
        next = Optional.of("cccc-dddd");
        return Optional.empty();
    }
}
