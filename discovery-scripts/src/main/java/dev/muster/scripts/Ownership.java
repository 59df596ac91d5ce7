package dev.muster.scripts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a script, hook or plug-in may be run with this process's rights: nobody but root and the process's own user could have put it
 * there. Checked on the real path, for the file and every folder above it. Any thread.
 */
public final class Ownership {
    private static final int ROOT_UID = 0;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;

    private final int ownUid;

    private Ownership(int ownUid) {
        this.ownUid = ownUid;
    }

    /** For the user that this process runs as. */
    public static Ownership ofThisProcess() {
        try {
            return new Ownership(attributes(Path.of("/proc/self")).uid);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell which user this is", e);
        }
    }

    public static Ownership of(int uid) {
        return new Ownership(uid);
    }

    /**
     * Why the file may not be run; empty where it may.
     *
     * @param real absolute and without symbolic links
     * @throws IOException where it or a folder above it cannot be looked at
     */
    public Optional<String> refusal(Path real) throws IOException {
        Attributes file = attributes(real);
        if (isForeign(file)) {
            return Optional.of(foreign(real.toString(), file));
        }
        if (file.isWritableByOthers()) {
            return Optional.of(real + " is writable by group or others");
        }
        for (Path folder = real.getParent(); folder != null; folder = folder.getParent()) {
            Optional<String> refusal = folderRefusal(folder);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private Optional<String> folderRefusal(Path folder) throws IOException {
        Attributes attributes = attributes(folder);
        if (isForeign(attributes)) {
            return Optional.of(foreign("folder " + folder, attributes));
        }
        boolean open = attributes.isWritableByOthers() && !attributes.isStickyOfRoot();
        return open ? Optional.of("folder " + folder + " is writable by group or others") : Optional.empty();
    }

    private static String foreign(String what, Attributes attributes) {
        return what + " belongs to user " + attributes.uid + ", neither root nor this process's user";
    }

    private boolean isForeign(Attributes attributes) {
        return attributes.uid != ROOT_UID && attributes.uid != ownUid;
    }

    private record Attributes(int uid, int mode) {
        private boolean isWritableByOthers() {
            return (mode & WRITABLE_BY_OTHERS) != 0;
        }

        private boolean isStickyOfRoot() {
            return (mode & STICKY) != 0 && uid == ROOT_UID;
        }
    }

    private static Attributes attributes(Path path) throws IOException {
        Map<String, Object> values = Files.readAttributes(path, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
        return new Attributes(number(values, "uid"), number(values, "mode"));
    }

    private static int number(Map<String, Object> values, String name) throws IOException {
        if (values.get(name) instanceof Integer number) {
            return number;
        }
        throw new IOException("the file system knows no " + name);
    }
}
