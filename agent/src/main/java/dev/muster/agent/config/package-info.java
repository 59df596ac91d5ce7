/**
 * What the administrator decides about an agent: a file of KEY=value lines and options of the command line, one record a component.
 * Read {@link dev.muster.agent.config.AgentConfig} first.
 */
@NullMarked
package dev.muster.agent.config;

import org.jspecify.annotations.NullMarked;
