package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * What the API answered.
 *
 * @param text exactly as it came
 * @param at the collector's clock, so that ages are right even where this machine's clock is not
 */
record Answer(JsonNode json, String text, Instant at) {}
