/**
 * Puts the agent together: the only package with main and with real clocks.
 */
@NullMarked
package dev.muster.agent.app;

import org.jspecify.annotations.NullMarked;
