package dev.muster.collector.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command has. Empty text where one was not given. */
final class ConnectionOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "Address of the collector, for example https://muster.example.org:1985.")
    String url = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "File with the access token.")
    String tokenFile = "";

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The collector's certificate (PEM); no other one is accepted.")
    String certificate = "";

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print the answer of the API as it is, in place of a table.")
    boolean json;
}
