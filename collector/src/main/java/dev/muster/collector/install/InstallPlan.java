package dev.muster.collector.install;

import java.util.List;

/**
 * What is installed, and how hosts are found.
 *
 * @param packages one for each kind of host there may be
 * @param collector where agents find it; means nothing to a shell
 * @param key its public key, 44 characters
 * @param former whether a host may be taken from another collector
 * @param lockSeconds how long a package manager may be busy with something else
 * @param factsSeconds how long a host may take until its first facts are in the graph
 * @param jobs hosts at the same time
 */
public record InstallPlan(
        List<PackageFile> packages,
        SshSettings ssh,
        String collector,
        String key,
        Former former,
        int lockSeconds,
        int factsSeconds,
        int jobs) {
    public InstallPlan {
        packages = List.copyOf(packages);
    }

    /** What becomes of a host that belongs to another collector. */
    public enum Former {
        LEFT_ALONE,
        REPLACED
    }
}
