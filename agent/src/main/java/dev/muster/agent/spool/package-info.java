/**
 * Keeps durable records on disk until the collector has applied them, through crashes, full disks and long absences of the collector.
 * Read {@link dev.muster.agent.spool.Spool} first, then {@link dev.muster.agent.spool.EntryLayout} for the file.
 */
@NullMarked
package dev.muster.agent.spool;

import org.jspecify.annotations.NullMarked;
