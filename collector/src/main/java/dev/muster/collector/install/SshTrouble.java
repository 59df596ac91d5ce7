package dev.muster.collector.install;

import dev.muster.collector.install.InstallException.Reason;
import java.util.List;
import java.util.Optional;

/** Why there is no connection, from what OpenSSH's client says (its texts are the same in every locale). */
final class SshTrouble {
    private SshTrouble() {}

    static InstallException of(String host, List<String> said, Optional<String> hostKey) {
        String all = String.join("\n", said);
        String last = SshConnection.last(said);
        String key = hostKey.map(each -> ": it shows " + each).orElse("");
        if (all.contains("IDENTIFICATION HAS CHANGED")) {
            return new InstallException(
                    Reason.HOST_KEY_CHANGED,
                    "this is not the host that ssh knows by that name" + key,
                    "Find out why. If it was installed anew: ssh-keygen -R " + host + ", then connect once by ssh.");
        }
        if (all.contains("Host key verification failed") || all.contains("host key is known for")) {
            return new InstallException(
                    Reason.HOST_KEY_UNKNOWN,
                    "ssh does not know this host yet" + key,
                    "Compare the key with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then connect once"
                            + " by ssh, or say --accept-new-host-keys.");
        }
        if (all.contains("Could not resolve hostname")) {
            return new InstallException(Reason.UNKNOWN_NAME, last, "Is the name right, or an alias of ~/.ssh/config?");
        }
        if (all.contains("Permission denied") || all.contains("Too many authentication failures")) {
            return new InstallException(
                    Reason.AUTHENTICATION,
                    last,
                    "Name the right user (--user), and load your key (ssh-add) or give the right password (--ask-password).");
        }
        if (all.contains("Connection refused")) {
            return new InstallException(Reason.HOST_DOWN, last, "The host answers, but no sshd: another port?");
        }
        if (all.contains("timed out") || all.contains("No route to host") || all.contains("unreachable")) {
            return new InstallException(Reason.HOST_DOWN, last, "Is it up, and does a firewall let ssh through?");
        }
        return new InstallException(Reason.SSH_FAILED, last, "Try it by hand: ssh " + host);
    }
}
