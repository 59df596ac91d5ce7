package dev.muster.collector.delivery;

import java.time.Instant;
import java.util.Optional;

/**
 * A mail ready to be composed; the same rows always give an equal one.
 *
 * @param messageId with its angle brackets
 * @param inReplyTo the Message-ID of the mail that this one answers
 * @param date when the (last) event happened, however late it is sent
 * @param subject one line, unencoded
 * @param json the event, or an array of events; ASCII only
 * @param jsonName the attachment's file name; ASCII only
 */
record RenderedMail(
        String messageId,
        Optional<String> inReplyTo,
        Instant date,
        String subject,
        String text,
        String html,
        String json,
        String jsonName) {}
