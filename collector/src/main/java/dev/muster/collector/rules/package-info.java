/**
 * Best practices: reads rules, compiles their conditions, judges facts and tells what changed since the last judgement; pure.
 * Read {@link dev.muster.collector.rules.RuleLoader} first, then {@link dev.muster.collector.rules.RuleSet} and
 * {@link dev.muster.collector.rules.Transitions}.
 */
@NullMarked
package dev.muster.collector.rules;

import org.jspecify.annotations.NullMarked;
