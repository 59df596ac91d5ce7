/** Rules that hold for all of the agent. */
@NullMarked
package dev.muster.agent;

import org.jspecify.annotations.NullMarked;
