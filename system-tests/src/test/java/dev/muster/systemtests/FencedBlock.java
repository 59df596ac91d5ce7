package dev.muster.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fenced block of a document.
 *
 * @param line of its fence
 * @param language the first word behind the fence; empty where there is none
 * @param note what follows that word
 * @param text what stands between the fences, without the indentation of the fence
 */
record FencedBlock(Path document, int line, String language, String note, String text) {
    private static final Pattern FENCED =
            Pattern.compile("^( *)```([^\\s`]*)[ ]*([^\\n`]*)\\n(.*?)^ *```$", Pattern.DOTALL | Pattern.MULTILINE);

    static List<FencedBlock> of(Path document) throws IOException {
        String text = Files.readString(document);
        Matcher matcher = FENCED.matcher(text);
        List<FencedBlock> blocks = new ArrayList<>();
        matcher.results()
                .forEach((MatchResult match) -> blocks.add(new FencedBlock(
                        document,
                        (int) text.substring(0, match.start()).lines().count() + 1,
                        match.group(2),
                        match.group(3).strip(),
                        match.group(4).replaceAll("(?m)^" + match.group(1), "").strip())));
        return blocks;
    }

    @Override
    public String toString() {
        return document.getFileName() + " line " + line + ":\n" + text;
    }
}
