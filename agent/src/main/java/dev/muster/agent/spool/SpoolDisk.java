package dev.muster.agent.spool;

import java.io.IOException;

/** Where the spool's one file lives; the seam at which tests put a disk that is full, or loses power. */
interface SpoolDisk {
    /** The live file, created empty where there is none. */
    SpoolFile open() throws IOException;

    /** An empty file beside the live one. */
    SpoolFile createReplacement() throws IOException;

    /** Puts the replacement, already forced, in the live file's place: after a crash there is one or the other. */
    void promoteReplacement() throws IOException;
}
