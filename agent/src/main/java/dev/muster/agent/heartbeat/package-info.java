/**
 * Whether the neighbours live, judged by their heartbeats alone; pure. Read {@link dev.muster.agent.heartbeat.NeighbourWatch} first.
 */
@NullMarked
package dev.muster.agent.heartbeat;

import org.jspecify.annotations.NullMarked;
