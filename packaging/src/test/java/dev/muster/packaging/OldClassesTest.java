package dev.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class OldClassesTest {
    @TempDir
    private Path folder;

    @Test
    void picocliIsStoredInTodaysFormatAndStillVerifies() throws Exception {
        Path jar = copy();
        assertThat(OldClasses.renew(jar)).isPositive();
        try (var zip = new ZipFile(jar.toFile());
                var loader =
                        new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            var names = zip.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith("picocli/CommandLine") && name.endsWith(".class"))
                    .toList();
            assertThat(names).isNotEmpty();
            for (String name : names) {
                byte[] content = zip.getInputStream(zip.getEntry(name)).readAllBytes();
                assertThat(ClassFile.of().verify(content)).as(name).isEmpty();
                assertThat(ClassFile.of().parse(content).majorVersion()).isEqualTo(ClassFile.JAVA_25_VERSION);
                // Initialised, hence verified by the JVM, too.
                Class.forName(name.replace(".class", "").replace('/', '.'), true, loader);
            }
        }
    }

    @Test
    void whatIsNewAlreadyStaysAsItIs() throws IOException {
        Path jar = copy();
        OldClasses.renew(jar);
        byte[] once = Files.readAllBytes(jar);
        assertThat(OldClasses.renew(jar)).isZero();
        assertThat(Files.readAllBytes(jar)).isEqualTo(once);
    }

    private Path copy() throws IOException {
        return Files.copy(
                Path.of(CommandLine.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath()),
                folder.resolve("picocli.jar"));
    }
}
