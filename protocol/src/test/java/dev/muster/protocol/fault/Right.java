package dev.muster.protocol.fault;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Objects;

/** What a fault does besides its harm: calls the method that it replaces, and reaches what is private. */
public final class Right {
    private Right() {}

    /** The method as it was, or another one of the object's own. */
    public static Object call(Object self, String name, Object... arguments) {
        Method method = Arrays.stream(self.getClass().getDeclaredMethods())
                .filter(each -> each.getName().equals(name + FaultyClasses.RIGHT))
                .findFirst()
                .orElseGet(() -> Arrays.stream(self.getClass().getDeclaredMethods())
                        .filter(each -> each.getName().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no method " + name)));
        try {
            method.setAccessible(true);
            return method.invoke(self, arguments);
        } catch (InvocationTargetException e) {
            return sneak(Objects.requireNonNull(e.getCause()));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /** A private field's value. */
    public static Object get(Object self, String field) {
        try {
            return field(self, field).get(self);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /** Sets a private field. */
    public static void set(Object self, String field, Object value) {
        try {
            field(self, field).set(self, value);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Field field(Object self, String name) throws NoSuchFieldException {
        Field field = self.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    /** Throws what the method threw, checked or not. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> Object sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
