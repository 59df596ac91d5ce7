/**
 * The words that every part of the collector speaks, and the ports between them; nothing here does anything. Read
 * {@link dev.muster.collector.model.Facts}, {@link dev.muster.collector.model.Judgement} and
 * {@link dev.muster.collector.model.Event} first.
 */
@NullMarked
package dev.muster.collector.model;

import org.jspecify.annotations.NullMarked;
