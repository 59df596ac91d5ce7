/**
 * Puts the collector together: the only package with main and with real clocks.
 */
@NullMarked
package dev.muster.collector.app;

import org.jspecify.annotations.NullMarked;
