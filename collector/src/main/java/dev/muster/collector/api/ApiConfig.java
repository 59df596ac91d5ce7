package dev.muster.collector.api;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the API listens and where it keeps its files.
 *
 * @param home folder of certificate, token and address; made where it is missing
 * @param listen address to listen on, for example {@code 127.0.0.1}; {@code 0.0.0.0} or {@code ::} for all
 * @param port 0 for any free one
 * @param hostName by which other machines reach this one; goes into the certificate
 * @param idle how long a client may be silent, or not read, before it is disconnected. More helps nobody but a client on a very bad line
 */
public record ApiConfig(Path home, String listen, int port, String hostName, Duration idle) {
    public static final int DEFAULT_PORT = 1985;
    public static final Duration DEFAULT_IDLE = Duration.ofSeconds(30);

    public static ApiConfig of(Path home, String listen, int port, String hostName) {
        return new ApiConfig(home, listen, port, hostName, DEFAULT_IDLE);
    }
}
