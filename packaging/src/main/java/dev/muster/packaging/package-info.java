/**
 * Makes what the packages hold and no other module has: runtimes, AOT caches, units with their capabilities, manual pages and
 * completion. Read {@link dev.muster.packaging.Packages} first.
 */
@NullMarked
package dev.muster.packaging;

import org.jspecify.annotations.NullMarked;
