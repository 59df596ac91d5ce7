package dev.muster.collector.app;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What started this process and wants to hear from it: sd_notify(3), one datagram a message to the socket in NOTIFY_SOCKET. Without such
 * a manager nothing is sent. May be used by any thread; does not block, since a datagram that finds no room is dropped.
 */
final class ServiceManager {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    static final String READY = "READY=1";
    static final String STOPPING = "STOPPING=1";
    static final String ALIVE = "WATCHDOG=1";

    private final Optional<String> socket;
    private final Optional<Duration> watchdog;

    private ServiceManager(Optional<String> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /**
     * The one that the environment names.
     *
     * @param pid of this process: a watchdog may be meant for another one
     */
    static ServiceManager of(Map<String, String> environment, long pid) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        boolean ours =
                environment.getOrDefault("WATCHDOG_PID", Long.toString(pid)).equals(Long.toString(pid));
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        Optional<Duration> watchdog = ours && micros.matches("[1-9][0-9]{0,17}")
                ? Optional.of(Duration.of(Long.parseLong(micros), ChronoUnit.MICROS))
                : Optional.empty();
        return new ServiceManager(Optional.of(socket).filter(path -> !path.isEmpty()), watchdog);
    }

    /** It takes this process for hung where {@link #ALIVE} does not come as often; empty where nobody would act on it. */
    Optional<Duration> watchdog() {
        return socket.flatMap(_ -> watchdog);
    }

    /** Sends; where that fails says so, for a manager that hears nothing will act by itself. */
    void tell(String state) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            Native.send(socket.get(), state);
        } catch (IOException e) {
            LOG.warn("event=service-manager-not-told state={} error=\"{}\"", state, e.getMessage());
        }
    }

    /** Java has stream sockets of this family only. The constants are Linux's, the same on all its architectures but MIPS. */
    private static final class Native {
        private static final short AF_UNIX = 1;
        private static final int SOCK_DGRAM = 2;
        private static final int SOCK_CLOEXEC = 0x80000;
        private static final int MSG_DONTWAIT = 0x40;
        private static final int MSG_NOSIGNAL = 0x4000;

        /** {@code sun_path} with the zero at its end, where it is a path. */
        private static final int PATH_BYTES = 108;

        private static final Linker LINKER = Linker.nativeLinker();
        private static final StructLayout STATE = Linker.Option.captureStateLayout();
        private static final long ERRNO = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
        private static final MethodHandle SOCKET = function(
                "socket",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        private static final MethodHandle SENDTO = function(
                "sendto",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
        private static final MethodHandle CLOSE =
                function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

        private Native() {}

        @SuppressWarnings("restricted") // the three functions of libc are called as it declares them
        private static MethodHandle function(String name, FunctionDescriptor type) {
            return LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
        }

        static void send(String path, String text) throws IOException {
            byte[] name = path.getBytes(StandardCharsets.UTF_8);
            if (name.length >= PATH_BYTES || !(path.startsWith("/") || path.startsWith("@"))) {
                throw new IOException("NOTIFY_SOCKET is no address of a socket: " + path);
            }
            if (name[0] == '@') {
                name[0] = 0;
            }
            try (Arena arena = Arena.ofConfined()) {
                send(arena, name, text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new LinkageError("a function of libc threw", e);
            }
        }

        private static void send(Arena arena, byte[] name, byte[] text) throws Throwable {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment address = arena.allocate(Short.BYTES + PATH_BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, name.length);
            MemorySegment body = arena.allocateFrom(ValueLayout.JAVA_BYTE, text);
            // The zero at the end counts for a path; in an abstract name it would be a part of it.
            int length = Short.BYTES + name.length + (name[0] == 0 ? 0 : 1);
            int socket = (int) SOCKET.invokeExact(state, (int) AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            if (socket < 0) {
                throw new IOException("socket: errno " + state.get(ValueLayout.JAVA_INT, ERRNO));
            }
            try {
                long sent = (long) SENDTO.invokeExact(
                        state, socket, body, (long) text.length, MSG_DONTWAIT | MSG_NOSIGNAL, address, length);
                if (sent != text.length) {
                    throw new IOException("sendto: errno " + state.get(ValueLayout.JAVA_INT, ERRNO));
                }
            } finally {
                int _ = (int) CLOSE.invokeExact(state, socket);
            }
        }
    }
}
