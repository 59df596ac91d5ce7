/**
 * Breaks one rule of the production code on purpose, in a copy of its classes, to see that the simulator notices. Read
 * {@link dev.muster.protocol.fault.FaultTest} first.
 */
@NullMarked
package dev.muster.protocol.fault;

import org.jspecify.annotations.NullMarked;
