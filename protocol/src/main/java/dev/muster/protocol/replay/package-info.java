/**
 * Protection against replayed packets (RFC 6479). Read {@link dev.muster.protocol.replay.ReplayWindow}, which is all there is.
 */
@NullMarked
package dev.muster.protocol.replay;

import org.jspecify.annotations.NullMarked;
