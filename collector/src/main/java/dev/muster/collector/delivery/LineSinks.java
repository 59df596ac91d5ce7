package dev.muster.collector.delivery;

import dev.muster.collector.delivery.EventLogConfig.Receiver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The places that event lines go to. */
final class LineSinks {
    /** A receiver in the same network answers in milliseconds. */
    private static final int CONNECT_TIMEOUT_MILLIS = 3_000;

    private LineSinks() {}

    static LineSink of(Receiver receiver) {
        return switch (receiver.protocol()) {
            case UDP -> new Udp(receiver);
            case TCP -> new Tcp(receiver);
        };
    }

    /** One line feed a line; the stream stays open, as it is not ours. */
    record Stream(OutputStream out) implements LineSink {
        @Override
        public void write(byte[] line) throws IOException {
            out.write(line);
            out.write('\n');
            out.flush();
        }

        @Override
        public void close() {}
    }

    /** RFC 5426: one datagram a line, and nobody says whether it came. */
    private static final class Udp implements LineSink {
        private final Receiver receiver;
        private @Nullable DatagramSocket socket;

        Udp(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void write(byte[] line) throws IOException {
            // The name is looked up for each line (the runtime caches it), so that a receiver may move.
            var to = new InetSocketAddress(receiver.host(), receiver.port());
            if (to.isUnresolved()) {
                throw new IOException("unknown host " + receiver.host());
            }
            open().send(new DatagramPacket(line, line.length, to));
        }

        private synchronized DatagramSocket open() throws IOException {
            if (socket == null) {
                socket = new DatagramSocket();
            }
            return socket;
        }

        @Override
        public synchronized void close() {
            if (socket != null) {
                socket.close();
            }
        }
    }

    /** RFC 6587: the length, a blank, the line. Connects again, once a line, after a failure. */
    private static final class Tcp implements LineSink {
        private final Receiver receiver;
        private volatile @Nullable Socket socket;
        private volatile boolean closed;

        Tcp(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void write(byte[] line) throws IOException {
            Socket last = socket;
            if (last != null) {
                try {
                    put(last, line);
                    return;
                } catch (IOException e) {
                    // The receiver went away since the last line: this line gets one more chance.
                    hangUp();
                }
            }
            put(connect(), line);
        }

        private Socket connect() throws IOException {
            var fresh = new Socket();
            socket = fresh;
            if (closed) {
                fresh.close();
            }
            try {
                fresh.connect(new InetSocketAddress(receiver.host(), receiver.port()), CONNECT_TIMEOUT_MILLIS);
                return fresh;
            } catch (IOException e) {
                hangUp();
                throw e;
            }
        }

        private static void put(Socket to, byte[] line) throws IOException {
            byte[] count = (line.length + " ").getBytes(StandardCharsets.US_ASCII);
            byte[] framed = new byte[count.length + line.length];
            System.arraycopy(count, 0, framed, 0, count.length);
            System.arraycopy(line, 0, framed, count.length, line.length);
            to.getOutputStream().write(framed);
        }

        private void hangUp() {
            Socket last = socket;
            socket = null;
            if (last != null) {
                try {
                    last.close();
                } catch (IOException e) {
                    // It is closed all the same.
                }
            }
        }

        @Override
        public void close() {
            closed = true;
            hangUp();
        }
    }
}
