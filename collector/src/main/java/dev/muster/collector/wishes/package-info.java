/**
 * What each agent is to discover otherwise than its types declare: by the administrator's word, by what rules ask for, and by facts that
 * lead to others. Read {@link dev.muster.collector.wishes.StandingWishes} first.
 */
@NullMarked
package dev.muster.collector.wishes;

import org.jspecify.annotations.NullMarked;
