/**
 * Noise_IK_25519_AESGCM_SHA256 (The Noise Protocol Framework, revision 34), over Bouncy Castle's X25519 and the JDK's AES-GCM, SHA-256
 * and HMAC. Read {@link dev.muster.protocol.noise.Handshake} first.
 */
@NullMarked
package dev.muster.protocol.noise;

import org.jspecify.annotations.NullMarked;
