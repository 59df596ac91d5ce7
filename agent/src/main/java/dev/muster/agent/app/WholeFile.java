package dev.muster.agent.app;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** Files that are there whole or not at all: a crash leaves the old one or the new one. */
final class WholeFile {
    private WholeFile() {}

    /** @param mode as in {@code rw-------}; the content is never readable to anybody else, not even for a moment */
    static void replace(Path file, byte[] content, String mode) throws IOException {
        replace(file, content, mode, Optional.empty());
    }

    /** @param like whose owner and group the file gets, where this user may give it away */
    static void replace(Path file, byte[] content, String mode, Optional<PosixFileAttributes> like) throws IOException {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try {
            // Fails where somebody put a link there meanwhile, so that nothing is written elsewhere.
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(permissions));
        } catch (FileAlreadyExistsException e) {
            throw new IOException("somebody else is making " + fresh, e);
        }
        Files.write(fresh, content, StandardOpenOption.DSYNC, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributeView view =
                Files.getFileAttributeView(fresh, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (like.isPresent() && !view.readAttributes().owner().equals(like.get().owner())) {
            view.setGroup(like.get().group());
            view.setOwner(like.get().owner());
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
