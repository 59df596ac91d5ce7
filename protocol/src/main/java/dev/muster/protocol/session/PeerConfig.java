package dev.muster.protocol.session;

import dev.muster.protocol.noise.StaticKeys;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What an agent is made of towards other agents.
 *
 * @param keys its identity
 * @param agentRun random, new at each start of the process: tells the others that it forgot its sessions
 * @param random cryptographic in life: ephemeral keys and session ids come from it
 * @param wallClock for the others' logs only
 */
public record PeerConfig(StaticKeys keys, long agentRun, RandomGenerator random, InstantSource wallClock) {}
