/**
 * Puts the agent onto other hosts over ssh, with the system's own {@code ssh} and the hosts' own package managers. Read
 * {@link dev.muster.collector.install.AgentInstaller} first, then {@code HostInstallation}, which is one host from beginning to end.
 */
@NullMarked
package dev.muster.collector.install;

import org.jspecify.annotations.NullMarked;
