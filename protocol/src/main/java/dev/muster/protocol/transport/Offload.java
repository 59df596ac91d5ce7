package dev.muster.protocol.transport;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs heavy work (Diffie-Hellman) off the owner's thread and hands its result back on it. */
public interface Offload {
    /** Does it at once, on the owner's thread: for an initiator, which has one handshake at a time, and for simulations. */
    Offload INLINE = new Offload() {
        @Override
        public <T> boolean submit(Supplier<T> work, Consumer<T> done) {
            done.accept(work.get());
            return true;
        }
    };

    /**
     * Runs {@code work} somewhere, then {@code done} on the owner's thread.
     *
     * @return false if there is too much to do already: neither will run
     */
    <T> boolean submit(Supplier<T> work, Consumer<T> done);
}
