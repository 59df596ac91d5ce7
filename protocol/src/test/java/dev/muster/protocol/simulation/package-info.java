/**
 * A world made of a virtual clock and a seeded network, for tests of anything built on endpoints. Read
 * {@link dev.muster.protocol.simulation.SimulatedNetwork} first.
 */
@NullMarked
package dev.muster.protocol.simulation;

import org.jspecify.annotations.NullMarked;
