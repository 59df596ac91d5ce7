package dev.muster.collector.model;

import java.util.Optional;

/**
 * What one rule said of one host, before waivers and history.
 *
 * @param instance the instance judged
 * @param reason why the verdict is {@code na} or {@code unknown}, or that it rests on a fact that is not there; for people
 */
public record Judgement(Rule rule, InstanceKey instance, Verdict verdict, Optional<String> reason, Evidence evidence) {}
