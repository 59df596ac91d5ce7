/**
 * The session with the collector: sends what the spool holds, deletes what was applied, says hello and goodbye; and the
 * sessions with the neighbours on the same socket. Read {@link dev.muster.agent.link.CollectorLink} first.
 */
@NullMarked
package dev.muster.agent.link;

import org.jspecify.annotations.NullMarked;
