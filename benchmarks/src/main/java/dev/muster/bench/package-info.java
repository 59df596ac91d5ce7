/**
 * Measures the protocol against its goals and prints one table. Read {@link dev.muster.bench.Benchmarks} first: it lists the items.
 */
@NullMarked
package dev.muster.bench;

import org.jspecify.annotations.NullMarked;
