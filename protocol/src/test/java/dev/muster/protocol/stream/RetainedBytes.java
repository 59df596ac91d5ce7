package dev.muster.protocol.stream;

import java.lang.reflect.Array;
import java.lang.reflect.Field;

/** What a receiver holds of records that are not complete. Looks into private fields, so that nothing has to be told to count right. */
public final class RetainedBytes {
    private RetainedBytes() {}

    /** Of both channels. */
    public static long of(ReliableChannels channels) {
        Object receiving = field(channels, "receiving");
        long bytes = 0;
        for (int channel = 0; channel < 2; channel++) {
            Object stream = Array.get(field(receiving, "streams"), channel);
            if (stream != null) {
                bytes += Array.getLength(field(field(stream, "bytes"), "ring"));
                bytes += Array.getLength(field(field(stream, "reader"), "body"));
            }
        }
        return bytes;
    }

    private static Object field(Object of, String name) {
        try {
            Field field = of.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(of);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
