package dev.muster.protocol.session;

import dev.muster.protocol.noise.Primitives;
import dev.muster.protocol.wire.CookiePacket;
import dev.muster.protocol.wire.InitPacket;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * What a responder under load gives out, so that only who can receive at an address makes it work: a MAC of the address under a secret that
 * changes every two minutes, with no state for anybody. The secret before it is still good.
 */
final class Cookies {
    static final long SECRET_NANOS = 120_000_000_000L;
    private static final int SECRET_BYTES = 32;

    private final RandomGenerator random;
    /** Made when the first cookie is asked for: most responders never see such a load. */
    private byte[] secret = {};

    private byte[] before = {};
    private long bornNanos;

    Cookies(RandomGenerator random) {
        this.random = random;
    }

    byte[] of(InetSocketAddress from, long nowNanos) {
        rotate(nowNanos);
        return cookie(secret, from);
    }

    /** Whether the INIT's mac2 shows that its sender received a cookie at this address. */
    boolean proves(InetSocketAddress from, byte[] init, long nowNanos) {
        rotate(nowNanos);
        byte[] mac2 = Arrays.copyOfRange(init, InitPacket.MAC2_OFFSET, InitPacket.BYTES);
        return MessageDigest.isEqual(mac2, CookieSeal.mac2(init, cookie(secret, from)))
                || MessageDigest.isEqual(mac2, CookieSeal.mac2(init, cookie(before, from)));
    }

    private void rotate(long nowNanos) {
        long age = nowNanos - bornNanos;
        if (secret.length == 0 || age >= SECRET_NANOS) {
            before = secret.length > 0 && age < 2 * SECRET_NANOS ? secret : fresh();
            secret = fresh();
            bornNanos = nowNanos;
        }
    }

    private byte[] fresh() {
        byte[] made = new byte[SECRET_BYTES];
        random.nextBytes(made);
        return made;
    }

    private static byte[] cookie(byte[] secret, InetSocketAddress from) {
        byte[] port = {(byte) (from.getPort() >>> Byte.SIZE), (byte) from.getPort()};
        return Arrays.copyOf(Primitives.hmac(secret, from.getAddress().getAddress(), port), CookiePacket.COOKIE_BYTES);
    }
}
