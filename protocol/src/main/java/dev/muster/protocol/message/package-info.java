/**
 * The bodies of the records that agent and collector exchange, as bounded JSON and immutable Java values.
 * Read {@link dev.muster.protocol.message.FactsReport} first, then {@link dev.muster.protocol.message.CanonicalJson}.
 */
@NullMarked
package dev.muster.protocol.message;

import org.jspecify.annotations.NullMarked;
