/**
 * The graph behind Bolt: embedded Neo4j or a site's own, its schema, what is written in one commit, what is read, and people's Cypher
 * behind a guard. Read {@link dev.muster.collector.graph.Graph} and {@link dev.muster.collector.graph.GraphReads} first.
 */
@NullMarked
package dev.muster.collector.graph;

import org.jspecify.annotations.NullMarked;
