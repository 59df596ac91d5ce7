package dev.muster.collector.graph.projection;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of Alpine's package manager as a comparison of two versions: token against token. */
final class ApkOrder {
    /** In the order of the package manager: of two versions that are equal so far, the one whose next token stands earlier here is newer. */
    private enum Kind {
        FIRST,
        NUMBER,
        LETTER,
        SUFFIX,
        SUFFIX_NUMBER,
        HASH,
        REVISION,
        END,
        INVALID
    }

    private record Token(Kind kind, String text) {}

    private static final Pattern TOKENS = Pattern.compile(
            "^(\\d*)((?:\\.\\d*)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\\d*)*)(~[^-]*)?(-r\\d*)?(.*)$");
    private static final Pattern SUFFIX = Pattern.compile("_([a-z]+)(\\d*)");
    private static final List<String> SUFFIXES =
            List.of("alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p");

    private ApkOrder() {}

    static int compare(String a, String b) {
        List<Token> left = tokens(a);
        List<Token> right = tokens(b);
        for (int i = 0; ; i++) {
            Token one = left.get(i);
            Token two = right.get(i);
            if (one.kind() == two.kind() && one.kind() != Kind.END) {
                int byValue = compare(one, two);
                if (byValue != 0) {
                    return byValue;
                }
                continue;
            }
            if (one.kind() == two.kind()) {
                return 0;
            }
            if (one.kind() == Kind.INVALID || two.kind() == Kind.INVALID) {
                return one.kind() == Kind.INVALID ? 1 : -1;
            }
            if (isPreliminary(one)) {
                return -1;
            }
            if (isPreliminary(two)) {
                return 1;
            }
            return two.kind().compareTo(one.kind());
        }
    }

    private static boolean isPreliminary(Token token) {
        return token.kind() == Kind.SUFFIX && SUFFIXES.indexOf(token.text()) < SUFFIXES.indexOf("");
    }

    private static int compare(Token one, Token two) {
        return switch (one.kind()) {
            case NUMBER ->
                one.text().startsWith("0") || two.text().startsWith("0")
                        ? one.text().compareTo(two.text())
                        : number(one).compareTo(number(two));
            case FIRST, SUFFIX_NUMBER, REVISION -> number(one).compareTo(number(two));
            case SUFFIX -> Integer.compare(SUFFIXES.indexOf(one.text()), SUFFIXES.indexOf(two.text()));
            case LETTER, HASH, END, INVALID -> one.text().compareTo(two.text());
        };
    }

    private static BigInteger number(Token token) {
        return new BigInteger("0" + token.text());
    }

    private static List<Token> tokens(String version) {
        Matcher matcher = TOKENS.matcher(version);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(version);
        }
        List<Token> tokens = new ArrayList<>(List.of(new Token(Kind.FIRST, matcher.group(1))));
        for (String number : matcher.group(2).split("\\.", -1)) {
            tokens.add(new Token(Kind.NUMBER, number));
        }
        tokens.remove(1);
        add(tokens, Kind.LETTER, matcher.group(3));
        Matcher suffixes = SUFFIX.matcher(matcher.group(4));
        while (suffixes.find()) {
            tokens.add(new Token(Kind.SUFFIX, suffixes.group(1)));
            add(tokens, Kind.SUFFIX_NUMBER, suffixes.group(2));
        }
        if (matcher.group(5) != null) {
            tokens.add(new Token(Kind.HASH, matcher.group(5).substring(1)));
        }
        if (matcher.group(6) != null) {
            tokens.add(new Token(Kind.REVISION, matcher.group(6).substring(2)));
        }
        add(tokens, Kind.INVALID, matcher.group(7));
        tokens.add(new Token(Kind.END, ""));
        return tokens;
    }

    private static void add(List<Token> tokens, Kind kind, String text) {
        if (!text.isEmpty()) {
            tokens.add(new Token(kind, text));
        }
    }
}
