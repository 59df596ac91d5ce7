/**
 * Tells people what happened: mail from the outbox, and one log line an event. Read
 * {@link dev.muster.collector.delivery.DeliveryWorker} first, then {@link dev.muster.collector.delivery.MailRenderer}.
 */
@NullMarked
package dev.muster.collector.delivery;

import org.jspecify.annotations.NullMarked;
