/**
 * What an auditor needs to judge hosts again without the collector: a signed file of facts, rules, verdicts and waivers, and the chain of signed
 * checkpoints that says since when they are so. Read {@link dev.muster.collector.evidence.Notary} first, which makes them, then
 * {@link dev.muster.collector.evidence.BundleCheck}, which needs nothing but the file.
 */
@NullMarked
package dev.muster.collector.evidence;

import org.jspecify.annotations.NullMarked;
