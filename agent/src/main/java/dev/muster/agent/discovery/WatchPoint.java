package dev.muster.agent.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Where a change of a path can be seen: each folder on the way to it with the name that is looked up there, also through symbolic links,
 * and the folder itself where it leads to one. A name that is not there yet is a place, too: the way goes no further until it comes.
 *
 * @param folder without symbolic links
 * @param name what is looked up in it; "" for whatever is in it
 * @param concern what of it matters
 */
record WatchPoint(Path folder, String name, Concern concern) {
    /** As many links as Linux follows; path_resolution(7). */
    private static final int MAX_LINKS = 40;

    /** What of a name in a folder matters. */
    enum Concern {
        /** That it is there, and what it is. */
        EXISTENCE,
        /** What is in it, too. */
        CONTENT
    }

    /** Told of each folder before what is in it is looked at, so that no change is between the look and the watch. */
    interface Visitor {
        /** Returns false where the folder cannot be watched; the way goes on. */
        boolean visit(WatchPoint point);
    }

    /**
     * Walks the way to a path.
     *
     * @param root "" or the folder that stands for "/"; absolute links lead to the real one, as they do for a script
     */
    static Set<WatchPoint> walk(String root, Path path, Visitor visitor) {
        Set<WatchPoint> points = new LinkedHashSet<>();
        Deque<String> names = new ArrayDeque<>();
        path.forEach(name -> names.addLast(name.toString()));
        Path at = start(root);
        int links = 0;
        while (!names.isEmpty()) {
            String name = names.removeFirst();
            if (name.equals("..")) {
                at = parent(at);
                continue;
            }
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            var point = new WatchPoint(at, name, names.isEmpty() ? Concern.CONTENT : Concern.EXISTENCE);
            points.add(point);
            visitor.visit(point);
            Path next = at.resolve(name);
            try {
                var found = Files.readAttributes(next, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (found.isSymbolicLink()) {
                    if (++links > MAX_LINKS) {
                        return points;
                    }
                    Path target = Files.readSymbolicLink(next);
                    at = target.isAbsolute() ? start("") : at;
                    prepend(names, target);
                } else if (found.isDirectory()) {
                    at = next;
                } else {
                    return points;
                }
            } catch (IOException e) {
                return points;
            }
        }
        var inside = new WatchPoint(at, "", Concern.CONTENT);
        points.add(inside);
        visitor.visit(inside);
        return points;
    }

    private static Path start(String root) {
        try {
            return Path.of(root.isEmpty() ? "/" : root).toRealPath();
        } catch (IOException e) {
            return Path.of("/");
        }
    }

    private static Path parent(Path folder) {
        Path parent = folder.getParent();
        return parent == null ? folder : parent;
    }

    private static void prepend(Deque<String> names, Path target) {
        Deque<String> ahead = new ArrayDeque<>();
        target.forEach(name -> ahead.addFirst(name.toString()));
        ahead.forEach(names::addFirst);
    }
}
