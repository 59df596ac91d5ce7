package dev.muster.collector.app;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A service manager's end: a real datagram socket of the family AF_UNIX, which Java itself does not have. */
final class NotifySocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final long PATIENCE_SECONDS = 20;
    private static final int WAIT = 0;

    private final Arena arena = Arena.ofShared();
    private final int socket;

    /** @param address a path, or an abstract name that begins with @ */
    NotifySocket(String address) {
        byte[] name = address.getBytes(StandardCharsets.UTF_8);
        MemorySegment to = arena.allocate(110);
        to.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(name, 0, to, ValueLayout.JAVA_BYTE, 2, name.length);
        if (address.startsWith("@")) {
            to.set(ValueLayout.JAVA_BYTE, 2, (byte) 0);
        }
        socket = (int) call("socket", AF_UNIX, SOCK_DGRAM, 0);
        MemorySegment patience = arena.allocate(16);
        patience.set(ValueLayout.JAVA_LONG, 0, PATIENCE_SECONDS);
        require(call("setsockopt", socket, SOL_SOCKET, SO_RCVTIMEO, patience, 16));
        require(call("bind", socket, to, 2 + name.length));
    }

    /** The next message, waited for. */
    String next() {
        return received(WAIT).orElseThrow(() -> new AssertionError("no message came"));
    }

    /** A message that is there already. */
    Optional<String> now() {
        return received(MSG_DONTWAIT);
    }

    private Optional<String> received(int flags) {
        MemorySegment buffer = arena.allocate(4096);
        long length = call("recv", socket, buffer, 4096L, flags);
        return length < 0
                ? Optional.empty()
                : Optional.of(
                        new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        require(call("close", socket));
        arena.close();
    }

    private static void require(long result) {
        if (result < 0) {
            throw new AssertionError("a function of libc refused");
        }
    }

    @SuppressWarnings("restricted") // functions of libc, called as it declares them
    private static long call(String function, Object... arguments) {
        var types = new java.lang.foreign.MemoryLayout[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            types[i] = switch (arguments[i]) {
                case Integer _ -> ValueLayout.JAVA_INT;
                case Long _ -> ValueLayout.JAVA_LONG;
                default -> ValueLayout.ADDRESS;
            };
        }
        var result = function.equals("recv") ? ValueLayout.JAVA_LONG : ValueLayout.JAVA_INT;
        Linker linker = Linker.nativeLinker();
        MethodHandle handle = linker.downcallHandle(
                linker.defaultLookup().findOrThrow(function), FunctionDescriptor.of(result, types));
        try {
            return ((Number) handle.invokeWithArguments(arguments)).longValue();
        } catch (Throwable e) {
            throw new AssertionError(function, e);
        }
    }
}
