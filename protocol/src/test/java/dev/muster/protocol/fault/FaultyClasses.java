package dev.muster.protocol.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;

/**
 * Loads this module's classes once more, production and tests, with one method replaced by a static one of a test class in the same package,
 * which gets the object and the arguments. The right method is still there, as {@code name$right}. So production code needs no switch, and
 * what is broken is what is shipped.
 */
final class FaultyClasses extends ClassLoader {
    static final String RIGHT = "$right";
    private static final String PREFIX = "dev.muster.protocol.";

    private final String faulty;
    private final String method;
    private final ClassDesc with;

    /**
     * Prepares the fault.
     *
     * @param faulty the class that has the method
     * @param method its name, of which there must be one
     * @param with the class of the same package with a static method of that name
     */
    FaultyClasses(String faulty, String method, String with) {
        super("faulty", FaultyClasses.class.getClassLoader());
        this.faulty = faulty;
        this.method = method;
        this.with = ClassDesc.of(with);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PREFIX)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = read(name);
        byte[] wanted = name.equals(faulty) ? broken(bytes) : bytes;
        return defineClass(name, wanted, 0, wanted.length);
    }

    private byte[] read(String name) throws ClassNotFoundException {
        try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] broken(byte[] bytes) {
        ClassFile format = ClassFile.of();
        ClassModel model = format.parse(bytes);
        long candidates = model.methods().stream().filter(this::meant).count();
        if (candidates != 1) {
            throw new IllegalStateException(faulty + " has " + candidates + " methods " + method);
        }
        return format.transformClass(model, this::copy);
    }

    private boolean meant(MethodModel candidate) {
        return candidate.methodName().equalsString(method);
    }

    private void copy(ClassBuilder to, ClassElement element) {
        if (!(element instanceof MethodModel right) || !meant(right)) {
            to.with(element);
            return;
        }
        int flags = right.flags().flagsMask() & ~AccessFlag.PRIVATE.mask();
        to.withMethod(
                method + RIGHT,
                right.methodTypeSymbol(),
                flags,
                copy -> right.forEach(part -> {
                    if (!(part instanceof java.lang.classfile.AccessFlags)) {
                        copy.with(part);
                    }
                }));
        to.withMethodBody(method, right.methodTypeSymbol(), flags, code -> {
            MethodTypeDesc type = right.methodTypeSymbol();
            code.aload(0);
            for (int i = 0; i < type.parameterCount(); i++) {
                code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
            }
            code.invokestatic(with, method, type.insertParameterTypes(0, ClassDesc.of(faulty)));
            code.return_(TypeKind.from(type.returnType()));
        });
    }
}
