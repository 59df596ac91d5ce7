/**
 * Sessions with agents: who is trusted, what their records say, when they were applied. Turns records into inputs of {@code apply}, and its
 * outcomes into APPLIED, RESUME and STATUS. Read {@link dev.muster.collector.link.AgentLink} first.
 */
@NullMarked
package dev.muster.collector.link;

import org.jspecify.annotations.NullMarked;
