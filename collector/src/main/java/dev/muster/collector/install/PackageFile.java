package dev.muster.collector.install;

import dev.muster.collector.install.InstallException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One package of the agent.
 *
 * @param architecture as that kind of package spells it: {@code amd64} or {@code x86_64}
 * @param bytes its size
 * @param installedKib what it takes once it is unpacked
 */
public record PackageFile(Path file, Kind kind, String version, String architecture, long bytes, long installedKib) {
    private static final String NAME = "muster-agent";
    private static final byte[] DEB_MAGIC = "!<arch>\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RPM_MAGIC = {(byte) 0xed, (byte) 0xab, (byte) 0xee, (byte) 0xdb};
    /** Of what goes into command lines on hosts. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9.+~:_^-]{1,100}");

    /** How a host's packages are made. */
    public enum Kind {
        DEB("deb"),
        RPM("rpm");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** Reads what the package says of itself; anything but a package of the agent is an error. */
    public static PackageFile read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(DEB_MAGIC.length);
            if (java.util.Arrays.equals(start, DEB_MAGIC)) {
                return of(file, Kind.DEB, DebControl.read(in));
            }
            if (java.util.Arrays.equals(start, 0, Math.min(4, start.length), RPM_MAGIC, 0, 4)) {
                in.skipNBytes(RpmHeader.LEAD_BYTES - start.length);
                return of(file, Kind.RPM, RpmHeader.read(in));
            }
        } catch (IOException e) {
            throw wrong(file, "cannot be read: " + e.getMessage());
        }
        throw wrong(file, "is neither a deb nor an rpm");
    }

    private static PackageFile of(Path file, Kind kind, Map<String, String> fields) throws IOException {
        String version = fields.getOrDefault("Version", "");
        String architecture = fields.getOrDefault("Architecture", "");
        if (!fields.getOrDefault("Package", "").equals(NAME)) {
            throw wrong(file, "is not a package of " + NAME);
        }
        if (!PLAIN.matcher(version).matches() || !PLAIN.matcher(architecture).matches()) {
            throw wrong(file, "does not say its version and architecture");
        }
        String size = fields.getOrDefault("Installed-Size", "0");
        return new PackageFile(
                file,
                kind,
                version,
                architecture,
                Files.size(file),
                size.matches("[0-9]{1,12}") ? Long.parseLong(size) : 0);
    }

    boolean fits(Kind hosts, String hostsArchitecture) {
        boolean anywhere = architecture.equals("all") || architecture.equals("noarch");
        return kind == hosts && (anywhere || architecture.equals(hostsArchitecture));
    }

    private static InstallException wrong(Path file, String what) {
        return new InstallException(Reason.WRONG_PACKAGE, file + " " + what, "Give the agent's packages: --package.");
    }
}
