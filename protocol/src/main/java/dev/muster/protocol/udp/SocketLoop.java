package dev.muster.protocol.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that reads UDP sockets, runs what is handed to it, and keeps one deadline. In each turn: the tasks that wait, some datagrams
 * of each socket, and then {@link Turns#end}.
 */
final class SocketLoop implements AutoCloseable {
    /** Larger datagrams than any of ours are cut, and then malformed. */
    private static final int MAX_DATAGRAM_BYTES = 2_048;

    /** Datagrams read from a socket before everything else gets its turn again. */
    private static final int DATAGRAMS_A_TURN = 64;

    private static final int TASKS_A_TURN = 1_024;

    private static final long SHUTDOWN_MILLIS = 2_000;

    private static final long NANOS_A_MILLISECOND = 1_000_000L;

    /** What failed, or wants turn after turn, is not asked again before this. */
    static final long BREATHER_NANOS = 10_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(SocketLoop.class);

    private final Selector selector;
    private final Turns turns;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("muster-udp").unstarted(this::run);
    private volatile boolean closing;

    SocketLoop(Turns turns) throws IOException {
        this.selector = Selector.open();
        this.turns = turns;
    }

    /** Whom the loop's thread calls, and nobody else. What is thrown costs one datagram, task or turn; so does want of memory. */
    interface Turns {
        void received(InetSocketAddress from, byte[] packet);

        void failed(Throwable e);

        /**
         * Everything that was there was handed over.
         *
         * @return when the next turn begins at the latest, in terms of {@link System#nanoTime}; {@link Long#MAX_VALUE} for never
         */
        long end();
    }

    void start() {
        thread.start();
    }

    /** Reads this socket, too, and closes it at the end. On the loop's thread, or before it starts. */
    void read(DatagramChannel socket) throws IOException {
        socket.configureBlocking(false);
        socket.register(selector, SelectionKey.OP_READ);
    }

    /** From any thread; returns whether it will be run, which it is not after {@link #close}. */
    boolean execute(Runnable task) {
        if (closing) {
            return false;
        }
        tasks.add(task);
        if (!Thread.currentThread().equals(thread)) {
            selector.wakeup();
        }
        return true;
    }

    /** Runs what was handed over before, then closes the sockets. Not to be called on the loop's own thread. */
    @Override
    public void close() {
        closing = true;
        if (thread.getState() == Thread.State.NEW) {
            closeSockets();
            return;
        }
        selector.wakeup();
        try {
            thread.join(SHUTDOWN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long next = end();
        while (!closing) {
            select(next);
            runTasks();
            next = end();
        }
        while (!tasks.isEmpty()) {
            runTasks();
        }
        end();
        closeSockets();
    }

    private long end() {
        try {
            return turns.end();
        } catch (RuntimeException | Error e) {
            turns.failed(e);
            return System.nanoTime() + BREATHER_NANOS;
        }
    }

    private void select(long untilNanos) {
        // Nobody means this thread by an interrupt, and with it set no call would wait any more.
        Thread.interrupted();
        try {
            long waitNanos = untilNanos == Long.MAX_VALUE ? Long.MAX_VALUE : untilNanos - System.nanoTime();
            if (!tasks.isEmpty() || waitNanos <= 0) {
                selector.selectNow(this::receive);
            } else {
                selector.select(this::receive, millis(waitNanos));
            }
        } catch (IOException | RuntimeException | Error e) {
            turns.failed(e);
            LockSupport.parkNanos(BREATHER_NANOS);
        }
    }

    /** Rounded up, for what is not due yet needs no turn; 0 is for ever. */
    private static long millis(long nanos) {
        return nanos == Long.MAX_VALUE ? 0 : (nanos - 1) / NANOS_A_MILLISECOND + 1;
    }

    private void runTasks() {
        for (int i = 0; i < TASKS_A_TURN; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                turns.failed(e);
            }
        }
    }

    private void receive(SelectionKey key) {
        var socket = (DatagramChannel) key.channel();
        for (int i = 0; i < DATAGRAMS_A_TURN; i++) {
            try {
                if (!receiveOne(socket)) {
                    return;
                }
            } catch (IOException e) {
                // For example an ICMP error of an earlier datagram: the protocol recovers by itself.
                LOG.debug("event=socket-error", e);
                return;
            } catch (RuntimeException | Error e) {
                turns.failed(e);
            }
        }
    }

    /** Returns false where there is none. */
    private boolean receiveOne(DatagramChannel socket) throws IOException {
        buffer.clear();
        var from = (InetSocketAddress) socket.receive(buffer);
        if (from == null) {
            return false;
        }
        byte[] packet = new byte[buffer.flip().remaining()];
        buffer.get(packet);
        turns.received(from, packet);
        return true;
    }

    private void closeSockets() {
        selector.keys().forEach(key -> closeQuietly(key.channel()));
        closeQuietly(selector);
    }

    private static void closeQuietly(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception e) {
            LOG.debug("event=close-failed", e);
        }
    }
}
