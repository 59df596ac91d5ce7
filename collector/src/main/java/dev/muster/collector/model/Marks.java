package dev.muster.collector.model;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What the administrator says a host is.
 *
 * @param roles what rules ask for with {@code hasRole}, for example {@code web}
 * @param labels words, or {@code key=value}, by which people sort hosts, for example {@code team=shop}
 */
public record Marks(Set<String> roles, Set<String> labels) {
    public static final Marks NONE = new Marks(Set.of(), Set.of());

    /** Implementation choice: more are no longer a sorting. */
    public static final int MAX_OF_A_KIND = 50;

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
    private static final Pattern LABEL = Pattern.compile(WORD.pattern() + "(=[A-Za-z0-9][A-Za-z0-9._/:@-]{0,62})?");

    public Marks {
        roles = Set.copyOf(roles);
        labels = Set.copyOf(labels);
    }

    public static boolean isRole(String text) {
        return WORD.matcher(text).matches();
    }

    public static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    /** These without some and with others; what is in both is there afterwards. */
    public static Set<String> changed(Set<String> before, Collection<String> add, Collection<String> remove) {
        var after = new TreeSet<>(before);
        after.removeAll(remove);
        after.addAll(add);
        return after;
    }
}
