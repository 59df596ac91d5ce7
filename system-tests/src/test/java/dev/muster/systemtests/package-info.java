/**
 * Real agents and collectors, each a process of its own, against each other. Read
 * {@link dev.muster.systemtests.CollectorProcess} and {@link dev.muster.systemtests.AgentProcess} first.
 */
@NullMarked
package dev.muster.systemtests;

import org.jspecify.annotations.NullMarked;
