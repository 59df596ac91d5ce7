/**
 * Finds out facts about the host: which discovery types there are, when each is due, running its script, and what changed.
 * Read {@link dev.muster.agent.discovery.DiscoveryLoop} first, which drives the rest.
 */
@NullMarked
package dev.muster.agent.discovery;

import org.jspecify.annotations.NullMarked;
