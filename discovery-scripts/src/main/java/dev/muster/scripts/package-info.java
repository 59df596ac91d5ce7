/**
 * Reads the folders that describe discovery types, refuses what is wrong in them, and compiles them into the one JSON
 * file that the agent reads. Read {@link dev.muster.scripts.CatalogueCompiler} first; the format is in
 * {@code docs/discovery-types.md}.
 */
@NullMarked
package dev.muster.scripts;

import org.jspecify.annotations.NullMarked;
