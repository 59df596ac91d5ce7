/**
 * Who watches whom, and who lives; pure. Read {@link dev.muster.collector.membership.Members} first, then
 * {@link dev.muster.collector.membership.Liveness}.
 */
@NullMarked
package dev.muster.collector.membership;

import org.jspecify.annotations.NullMarked;
