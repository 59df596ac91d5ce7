/**
 * The command line {@code muster}: asks the collector's HTTP API and lays the answers out for people. It sees nothing of the collector
 * but HTTP; read {@link dev.muster.collector.cli.Muster} first, then {@link dev.muster.collector.cli.Session}.
 */
@NullMarked
package dev.muster.collector.cli;

import org.jspecify.annotations.NullMarked;
