package dev.muster.collector.install;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How hosts are reached. What is not said here, {@code ~/.ssh/config} says.
 *
 * @param user to log in as; empty for what ssh would take
 * @param config in place of {@code ~/.ssh/config}
 * @param password for the login and for sudo; without one nothing is ever asked
 */
public record SshSettings(Optional<String> user, Optional<Path> config, HostKeys hostKeys, Optional<String> password) {
    /** Long enough for a far host; a dead one costs as much. */
    private static final int CONNECT_SECONDS = 15;
    /** Three of these without an answer, and the connection is lost. */
    private static final int ALIVE_SECONDS = 5;

    /** What becomes of hosts that were never met. */
    public enum HostKeys {
        /** They must be known already, unless ssh's configuration says otherwise. */
        KNOWN,
        /** They are remembered, as ssh's accept-new does; a key that changed is refused all the same. */
        ACCEPT_NEW
    }

    /** The connection that all commands share; its debug lines say the host's key and what went wrong. */
    List<String> connect(Path socket, String host) {
        List<String> all = start();
        all.addAll(List.of("-N", "-o", "ControlMaster=yes", "-o", "ControlPath=" + socket, "-o", "ControlPersist=no"));
        // Its own log goes where nobody else writes; a banner of a jump host goes to standard error.
        all.addAll(List.of("-E", "/dev/stdout", "-o", "LogLevel=DEBUG1", "-o", "ConnectTimeout=" + CONNECT_SECONDS));
        all.addAll(List.of("-o", "ServerAliveInterval=" + ALIVE_SECONDS, "-o", "ServerAliveCountMax=3"));
        all.addAll(List.of("-o", "NumberOfPasswordPrompts=1"));
        all.addAll(List.of("-o", "BatchMode=" + (password.isPresent() ? "no" : "yes")));
        switch (hostKeys) {
            case KNOWN -> {
                // As ~/.ssh/config says; to be asked counts as no, since nobody answers.
            }
            case ACCEPT_NEW -> all.addAll(List.of("-o", "StrictHostKeyChecking=accept-new"));
        }
        user.ifPresent(name -> all.addAll(List.of("-l", name)));
        all.addAll(List.of("--", host));
        return all;
    }

    /** What ssh makes of the host's name and the login, without a connection. */
    List<String> resolve(String host) {
        List<String> all = start();
        all.add("-G");
        user.ifPresent(name -> all.addAll(List.of("-l", name)));
        all.addAll(List.of("--", host));
        return all;
    }

    /** One command over that connection; where it is gone, no other is opened. */
    List<String> run(Path socket, String host, String command) {
        List<String> all = start();
        all.addAll(List.of("-T", "-o", "ControlMaster=no", "-o", "ControlPath=" + socket, "-o", "ProxyCommand=false"));
        all.addAll(List.of("-o", "BatchMode=yes", "-o", "LogLevel=ERROR", "--", host, command));
        return all;
    }

    private List<String> start() {
        List<String> all = new ArrayList<>(List.of("ssh"));
        config.ifPresent(file -> all.addAll(List.of("-F", file.toString())));
        all.addAll(List.of("-o", "ClearAllForwardings=yes", "-o", "ForwardAgent=no", "-o", "ForwardX11=no"));
        all.addAll(List.of("-o", "RequestTTY=no", "-o", "RemoteCommand=none", "-o", "PermitLocalCommand=no"));
        return all;
    }
}
