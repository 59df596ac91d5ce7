/**
 * The one place where an input (a record, an enrolment, an administrator's command) becomes one commit. Read
 * {@link dev.muster.collector.apply.Apply} and {@link dev.muster.collector.apply.Input} first.
 */
@NullMarked
package dev.muster.collector.apply;

import org.jspecify.annotations.NullMarked;
