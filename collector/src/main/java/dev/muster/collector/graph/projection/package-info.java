/**
 * What discovery types become in the graph: the declared nodes and edges, which of them a host's facts make, and what differs between
 * two states of a host. Pure; read {@link dev.muster.collector.graph.projection.Projections} first.
 */
@NullMarked
package dev.muster.collector.graph.projection;

import org.jspecify.annotations.NullMarked;
