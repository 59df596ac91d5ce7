package dev.muster.collector.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PackageFileTest {
    @TempDir
    private Path folder;

    @Test
    void readsWhatADebSaysOfItself() throws IOException {
        PackageFile read = Debs.agent(folder, "0.1.0~snapshot", "amd64");
        assertThat(read.kind()).isEqualTo(PackageFile.Kind.DEB);
        assertThat(read.version()).isEqualTo("0.1.0~snapshot");
        assertThat(read.installedKib()).isEqualTo(60_000);
        assertThat(read.fits(PackageFile.Kind.DEB, "amd64")).isTrue();
        assertThat(read.fits(PackageFile.Kind.DEB, "arm64")).isFalse();
        assertThat(read.fits(PackageFile.Kind.RPM, "amd64")).isFalse();
    }

    @Test
    void readsWhatAnRpmSaysOfItself() throws IOException {
        ByteBuffer rpm = ByteBuffer.allocate(4096);
        rpm.putInt(0xedabeedb).position(RpmHeader.LEAD_BYTES);
        rpm.putInt(0x8eade801).putInt(0).putInt(0).putInt(3).put(new byte[3]); // signature without entries
        rpm.put(new byte[5]); // its padding
        byte[] data = "muster-agent\0000.1.0\0001\000x86_64\000\000\000\020\000".getBytes(StandardCharsets.ISO_8859_1);
        rpm.putInt(0x8eade801).putInt(0).putInt(5).putInt(data.length);
        int[][] entries = {{1000, 6, 0}, {1001, 6, 13}, {1002, 6, 19}, {1022, 6, 21}, {1009, 4, 28}};
        for (int[] entry : entries) {
            rpm.putInt(entry[0]).putInt(entry[1]).putInt(entry[2]).putInt(1);
        }
        rpm.put(data);
        Path file = Files.write(folder.resolve("x.rpm"), rpm.array());
        PackageFile read = PackageFile.read(file);
        assertThat(read.version()).isEqualTo("0.1.0-1");
        assertThat(read.architecture()).isEqualTo("x86_64");
        assertThat(read.installedKib()).isEqualTo(0x1000 / 1024);
    }

    @Test
    void refusesWhatIsNoPackageOfTheAgent() throws IOException {
        refused(Files.writeString(folder.resolve("a"), "#!/bin/sh\n"), "neither a deb nor an rpm");
        refused(Files.createFile(folder.resolve("b")), "neither a deb nor an rpm");
        refused(Debs.write(folder.resolve("c"), "Package: bash\nVersion: 1\nArchitecture: all\n"), "not a package of");
        refused(
                Debs.write(folder.resolve("d"), "Package: muster-agent\nVersion: 1;reboot\nArchitecture: all\n"),
                "does not say its version");
        refused(Debs.write(folder.resolve("e"), "control.tar.xz", new byte[9]), "compressed by xz");
        refused(folder.resolve("nowhere"), "cannot be read");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void damageEndsInTheOneException(long seed) throws IOException {
        byte[] whole = Files.readAllBytes(Debs.agent(folder, "1", "amd64").file());
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = java.util.Arrays.copyOf(whole, 9 + random.nextInt(whole.length - 9));
            for (int j = 0; j < 1 + random.nextInt(8); j++) {
                damaged[8 + random.nextInt(damaged.length - 8)] = (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve("damaged.deb"), damaged);
            try {
                assertThat(PackageFile.read(file).version()).isNotEmpty();
            } catch (InstallException refused) {
                assertThat(refused.reason()).isEqualTo(InstallException.Reason.WRONG_PACKAGE);
            }
        }
    }

    private static void refused(Path file, String why) {
        assertThatThrownBy(() -> PackageFile.read(file))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining(why);
    }
}
