package dev.muster.protocol.message;

import java.util.Arrays;
import java.util.Random;

/** Damages good input as networks, disks and attackers do. */
final class Hostile {
    private Hostile() {}

    static byte[] mutate(byte[] good, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(good, random.nextInt(good.length + 1));
            case 1 -> noise(random.nextInt(200), random);
            case 2 -> flipped(good, random);
            default -> spliced(good, random);
        };
    }

    private static byte[] noise(int length, Random random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] flipped(byte[] good, Random random) {
        byte[] bytes = good.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static byte[] spliced(byte[] good, Random random) {
        byte[] bytes = Arrays.copyOf(good, good.length + 8);
        int from = random.nextInt(good.length);
        int to = random.nextInt(good.length);
        int length = Math.min(random.nextInt(32), Math.min(good.length - from, bytes.length - to));
        System.arraycopy(good, from, bytes, to, length);
        return Arrays.copyOf(bytes, good.length);
    }
}
