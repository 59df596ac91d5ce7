/**
 * The bytes on the wire: packet and frame layouts, each declared once and used by encoder and decoder alike. Read
 * {@link dev.muster.protocol.wire.Frame} first.
 */
@NullMarked
package dev.muster.protocol.wire;

import org.jspecify.annotations.NullMarked;
