/**
 * The session with the collector: sends what the spool holds, deletes what was applied, says hello and goodbye. Read
 * {@link dev.muster.agent.link.CollectorLink} first.
 */
@NullMarked
package dev.muster.agent.link;

import org.jspecify.annotations.NullMarked;
