/**
 * Sessions between two static keys: handshake, confirmation before use, replay protection, rekey, keep-alive. An agent is an
 * {@link dev.muster.protocol.session.InitiatorEndpoint}, a collector a {@link dev.muster.protocol.session.ResponderEndpoint}, and among themselves agents
 * are {@link dev.muster.protocol.session.PeerEndpoint}s.
 */
@NullMarked
package dev.muster.protocol.session;

import org.jspecify.annotations.NullMarked;
