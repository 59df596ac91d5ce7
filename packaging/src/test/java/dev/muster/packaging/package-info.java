/** The packages, as a package manager and a service manager see them. Read {@link dev.muster.packaging.PackagesIT} first. */
@NullMarked
package dev.muster.packaging;

import org.jspecify.annotations.NullMarked;
