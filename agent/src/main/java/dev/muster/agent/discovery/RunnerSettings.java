package dev.muster.agent.discovery;

import java.nio.file.Path;

/**
 * How scripts are run.
 *
 * @param searchPath their PATH, and where the agent looks for setsid, nice, sh and mkfifo
 * @param root their MUSTER_ROOT: "" in life, another host's files in tests
 * @param lib their MUSTER_LIB
 * @param pipes a folder for named pipes, best in memory (/run); made with mode 0700
 */
public record RunnerSettings(String searchPath, String root, Path lib, Path pipes) {
    public static final String DEFAULT_SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}
