/**
 * Any bytes at every place where bytes come in. Read {@link dev.muster.protocol.fuzz.Targets} first.
 */
@NullMarked
package dev.muster.protocol.fuzz;

import org.jspecify.annotations.NullMarked;
