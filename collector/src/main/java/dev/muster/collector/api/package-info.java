/**
 * The HTTP API of docs/api.md: HTTPS with a self-made certificate, one administrator's token, JSON and server-sent events. Read
 * {@link dev.muster.collector.api.HttpApi} first; the answers are written by {@link dev.muster.collector.api.Answers}.
 */
@NullMarked
package dev.muster.collector.api;

import org.jspecify.annotations.NullMarked;
