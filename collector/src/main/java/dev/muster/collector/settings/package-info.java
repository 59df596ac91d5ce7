/**
 * The options of the configuration file: each is declared once, and that declaration is what readers read by and what documents are made
 * of. Read {@link dev.muster.collector.settings.Option} first, then {@link dev.muster.collector.settings.Section}.
 */
@NullMarked
package dev.muster.collector.settings;

import org.jspecify.annotations.NullMarked;
