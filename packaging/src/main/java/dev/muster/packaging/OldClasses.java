package dev.muster.packaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites classes of Java 5, such as picocli's, in the format of today: an AOT cache leaves the old ones out, so that each start would
 * parse them, and verify them in the slow way that needs no stack maps (JVMS 4.10.2). Nothing else of them changes.
 */
final class OldClasses {
    /** Formats below this one have no stack maps (JVMS 4.7.4). */
    private static final int JAVA_6 = 50;

    /** The high byte is zero up to Java 211. */
    private static final int MAJOR_VERSION_OFFSET = 7;

    private OldClasses() {}

    /** In place, where it has any; returns how many there were. */
    static int renew(Path jar) throws IOException {
        var renewed = new ByteArrayOutputStream();
        int count = 0;
        try (var classes = new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
                var in = new ZipInputStream(Files.newInputStream(jar));
                var out = new ZipOutputStream(renewed)) {
            ClassFile format = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(classes)
                            .orElse(ClassHierarchyResolver.defaultResolver())));
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                boolean old = entry.getName().endsWith(".class") && isOld(content);
                count += old ? 1 : 0;
                write(out, entry, old ? renewed(format, content) : content);
            }
        }
        if (count > 0) {
            Files.write(jar, renewed.toByteArray());
        }
        return count;
    }

    private static boolean isOld(byte[] content) {
        int major = Byte.toUnsignedInt(content[MAJOR_VERSION_OFFSET]);
        return major < JAVA_6;
    }

    private static byte[] renewed(ClassFile format, byte[] content) {
        // A body that is only passed on would be copied as it is, without stack maps.
        ClassTransform bodies = ClassTransform.transformingMethodBodies((body, element) -> body.with(element));
        ClassTransform version = (type, element) -> type.with(today(element));
        return format.transformClass(format.parse(content), bodies.andThen(version));
    }

    private static ClassElement today(ClassElement element) {
        return element instanceof ClassFileVersion ? ClassFileVersion.of(ClassFile.JAVA_25_VERSION, 0) : element;
    }

    private static void write(ZipOutputStream out, ZipEntry from, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(from.getName());
        entry.setTime(from.getTime());
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
    }
}
