package dev.muster.agent.discovery;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which instances read something that has changed, from the {@code watch} paths of their types, by inotify(7). One thread of its own;
 * every method may be called from any.
 *
 * <p>Where a folder cannot be watched, since the limit of watches is reached, since we may not list it, since everybody may write in it, or
 * since too much happens there, its types run at their intervals alone, and {@link #status} says so. What inotify never tells of stays
 * unseen, too: changes below a network's file system, and what lies deeper in a watched folder.
 *
 * <p>Whoever makes changes without end costs ten rounds a second and a folder that is given up; how often a script runs for that is the
 * {@link Scheduler}'s matter.
 */
public final class PathWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PathWatch.class);

    /** Ten times what the types that come with the product need. The kernel's own limit is 8,192 or more for each user. */
    static final int MAX_FOLDERS = 1_000;
    /** Changes come in groups; this bounds what an endless stream of them costs. */
    private static final long ROUND_MS = 100;
    /** The JDK keeps 512 events a folder between two rounds; a folder that has more so often is given up. */
    private static final int MAX_OVERFLOWS = 20;

    private static final WatchEvent.Kind<?>[] EXISTENCE = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE
    };
    private static final WatchEvent.Kind<?>[] CONTENT = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY
    };

    private final String root;
    private final Consumer<InstanceKey> changed;
    private final @Nullable WatchService service;
    private final @Nullable Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();

    // All below belongs to whoever holds the lock.
    private Map<Path, Set<InstanceKey>> readers = Map.of();
    private final Map<Path, Set<WatchPoint>> ways = new HashMap<>();
    private final Map<Path, Folder> folders = new HashMap<>();
    private final Set<Path> givenUp = new HashSet<>();
    private final Set<Path> unwatched = new TreeSet<>();
    private boolean limitWasHit;
    private long events;

    /** A watched folder. The same one may be there under two names (a bind mount), which then share the key. */
    private static final class Folder {
        private WatchKey key;
        private WatchPoint.Concern concern;
        private int overflows;

        private Folder(WatchKey key, WatchPoint.Concern concern) {
            this.key = key;
            this.concern = concern;
        }
    }

    /**
     * How much is watched.
     *
     * @param paths that types want watched
     * @param folders that are watched for them
     * @param unwatched folders that are not, and whose types have their intervals alone
     * @param limitHit whether the system's limit of watches is the reason
     * @param events heard since start that concerned a type
     */
    public record Status(int paths, int folders, List<String> unwatched, boolean limitHit, long events) {
        public static final Status NONE = new Status(0, 0, List.of(), false, 0);

        public Status {
            unwatched = List.copyOf(unwatched);
        }
    }

    private PathWatch(
            String root, Consumer<InstanceKey> changed, Optional<WatchService> service, ThreadFactory threads) {
        this.root = root;
        this.changed = changed;
        this.service = service.orElse(null);
        this.thread = service.isPresent() ? threads.newThread(this::work) : null;
    }

    /**
     * Watches nothing yet. Where the system has no more room for that at all, it never does.
     *
     * @param root of the host that is looked at: "" for this one
     * @param changed told on the watch's thread; answer at once
     */
    public static PathWatch open(String root, Consumer<InstanceKey> changed, ThreadFactory threads) {
        Optional<WatchService> service = Optional.empty();
        try {
            service = Optional.of(FileSystems.getDefault().newWatchService());
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("event=watch-impossible reason=\"{}\"", e.toString());
        }
        var watch = new PathWatch(root, changed, service, threads);
        if (watch.thread != null) {
            watch.thread.start();
        }
        return watch;
    }

    /** From now on what these read, and nothing else. */
    public void plan(Collection<PlannedInstance> wanted) {
        locked(() -> {
            Map<Path, Set<InstanceKey>> next = new HashMap<>();
            for (PlannedInstance plan : wanted) {
                for (Path path : plan.type().watch()) {
                    next.computeIfAbsent(path, none -> new HashSet<>()).add(plan.key());
                }
            }
            readers = next;
            ways.keySet().retainAll(next.keySet());
            unwatched.clear();
            dropUnneeded();
            next.keySet().forEach(path -> walk(path));
            dropUnneeded();
            if (!unwatched.isEmpty()) {
                LOG.warn("event=not-watched folders={} limit={}", unwatched, limitWasHit);
            }
        });
    }

    /** Any thread. */
    public Status status() {
        lock.lock();
        try {
            return new Status(
                    readers.size(),
                    folders.size(),
                    unwatched.stream().map(Path::toString).toList(),
                    limitWasHit || service == null,
                    events);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            if (service != null) {
                service.close();
            }
            if (thread != null) {
                thread.join(TimeUnit.SECONDS.toMillis(5));
            }
        } catch (IOException e) {
            LOG.warn("event=watch-not-closed reason=\"{}\"", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            while (service != null && !closed.await(ROUND_MS, TimeUnit.MILLISECONDS)) {
                List<WatchKey> keys = new ArrayList<>(List.of(service.take()));
                for (WatchKey key = service.poll(); key != null; key = service.poll()) {
                    keys.add(key);
                }
                keys.forEach(this::heard);
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            LOG.debug("event=watch-stopped");
        }
    }

    private void heard(WatchKey key) {
        locked(() -> {
            Set<Path> sources = new HashSet<>();
            folders.forEach((path, folder) -> {
                if (folder.key.equals(key)) {
                    sources.add(path);
                }
            });
            Set<Path> concerned = new TreeSet<>();
            for (WatchEvent<?> event : key.pollEvents()) {
                if (event.kind().equals(StandardWatchEventKinds.OVERFLOW)) {
                    sources.forEach(source -> overflowed(source));
                    concerned.addAll(leadingThrough(sources));
                } else {
                    concerned.addAll(leadingThrough(sources, String.valueOf(event.context())));
                }
            }
            if (!key.reset()) {
                folders.keySet().removeAll(sources);
                concerned.addAll(leadingThrough(sources));
            }
            concerned.forEach(this::changed);
            dropUnneeded();
        });
    }

    private void changed(Path path) {
        events++;
        walk(path);
        readers.getOrDefault(path, Set.of()).forEach(changed);
    }

    private void overflowed(Path source) {
        Folder folder = folders.get(source);
        if (folder != null && ++folder.overflows >= MAX_OVERFLOWS) {
            LOG.warn("event=watch-given-up folder={} reason=\"too much happens there\"", source);
            givenUp.add(source);
            unwatched.add(source);
            drop(source);
        }
    }

    private Set<Path> leadingThrough(Set<Path> sources) {
        return waysWith(point -> sources.contains(point.folder()));
    }

    private Set<Path> leadingThrough(Set<Path> sources, String name) {
        return waysWith(point -> sources.contains(point.folder())
                && (point.name().isEmpty() || point.name().equals(name)));
    }

    private Set<Path> waysWith(Predicate<WatchPoint> wanted) {
        Set<Path> found = new TreeSet<>();
        ways.forEach((path, points) -> {
            if (points.stream().anyMatch(wanted)) {
                found.add(path);
            }
        });
        return found;
    }

    /** What is at the path may be another file now, in other folders. */
    private void walk(Path path) {
        ways.put(path, WatchPoint.walk(root, path, this::watch));
    }

    private boolean watch(WatchPoint point) {
        Path path = point.folder();
        Folder known = folders.get(path);
        WatchPoint.Concern concern = known == null || known.concern == WatchPoint.Concern.EXISTENCE
                ? point.concern()
                : WatchPoint.Concern.CONTENT;
        if (service == null || givenUp.contains(path) || (known == null && !mayWatch(path))) {
            unwatched.add(path);
            return false;
        }
        try {
            // Also where it is watched already: another folder may have that name now.
            WatchKey key = path.register(service, concern == WatchPoint.Concern.CONTENT ? CONTENT : EXISTENCE);
            if (known == null) {
                folders.put(path, new Folder(key, concern));
            } else if (!known.key.equals(key)) {
                drop(path);
                folders.put(path, new Folder(key, concern));
            } else {
                known.concern = concern;
            }
            unwatched.remove(path);
            return true;
        } catch (IOException e) {
            // The JDK says it in words; ENOSPC of inotify_add_watch(2).
            limitWasHit |= String.valueOf(e.getMessage()).contains("limit");
            drop(path);
            unwatched.add(path);
            return false;
        }
    }

    private boolean mayWatch(Path path) {
        try {
            return folders.size() < MAX_FOLDERS
                    && !Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void dropUnneeded() {
        Set<Path> needed = new HashSet<>();
        ways.values().forEach(points -> points.forEach(point -> needed.add(point.folder())));
        List.copyOf(folders.keySet()).stream()
                .filter(path -> !needed.contains(path))
                .forEach(this::drop);
        unwatched.retainAll(needed);
    }

    private void drop(Path path) {
        Folder gone = folders.remove(path);
        if (gone != null && folders.values().stream().noneMatch(other -> other.key.equals(gone.key))) {
            gone.key.cancel();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }
}
