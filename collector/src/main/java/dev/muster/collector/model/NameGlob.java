package dev.muster.collector.model;

/** Names as a shell's pattern means them: {@code *} any characters, {@code ?} one; everything else is itself. */
public final class NameGlob {
    private NameGlob() {}

    /** Takes at most the product of both lengths, whatever the pattern. */
    public static boolean matches(String glob, String name) {
        int star = -1;
        int retry = 0;
        int g = 0;
        int n = 0;
        while (n < name.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                retry = n;
            } else if (g < glob.length() && (glob.charAt(g) == '?' || glob.charAt(g) == name.charAt(n))) {
                g++;
                n++;
            } else if (star >= 0) {
                g = star + 1;
                n = ++retry;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }
}
