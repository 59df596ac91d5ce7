package dev.muster.collector.delivery;

import dev.muster.collector.delivery.MailConfig.Security;
import dev.muster.collector.delivery.MailConfig.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** The one connection to the mail server, closable from any thread while another hangs in it. */
final class SmtpSocket {
    private final Server server;
    private final MailConfig.Timeouts timeouts;
    private final SSLSocketFactory tls;

    /** Guarded by this. The bare socket: closing it also ends TLS above it, without waiting for a lock or the peer. */
    private @Nullable Socket bare;

    private boolean cut;

    SmtpSocket(MailConfig config) {
        this.server = config.server();
        this.timeouts = config.timeouts();
        this.tls = TrustedTls.factory(server.caFile());
    }

    SSLSocketFactory tls() {
        return tls;
    }

    /** Connects; for {@link Security#TLS} the handshake is done, and the server's name checked. */
    Socket connect() throws IOException {
        // The name goes with the address, since the certificate is checked against it and never against a reverse
        // look-up.
        InetAddress address = InetAddress.getByAddress(
                server.host(), InetAddress.getByName(server.host()).getAddress());
        Socket socket = fresh();
        socket.connect(new InetSocketAddress(address, server.port()), (int)
                timeouts.connect().toMillis());
        socket.setSoTimeout((int) timeouts.read().toMillis());
        return server.security() == Security.TLS ? secured(socket) : socket;
    }

    private synchronized Socket fresh() throws SocketException {
        close();
        if (cut) {
            throw new SocketException("stopping");
        }
        Socket socket = new Socket();
        bare = socket;
        return socket;
    }

    private SSLSocket secured(Socket socket) throws IOException {
        var secure = (SSLSocket) tls.createSocket(socket, server.host(), server.port(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    synchronized void close() {
        if (bare != null) {
            try {
                bare.close();
            } catch (IOException e) {
                // It is closed all the same.
            }
            bare = null;
        }
    }

    synchronized void cut() {
        cut = true;
        close();
    }
}
