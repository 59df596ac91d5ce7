package dev.muster.collector.api;

import dev.muster.collector.graph.GraphException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets only the token's holder in, and turns whatever goes wrong behind it into the API's error body. */
final class Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    private static final String SCHEME = "Bearer ";

    private final ApiToken token;
    private final InstantSource clock;

    Guard(ApiToken token, InstantSource clock) {
        this.token = token;
        this.clock = clock;
    }

    void configure(RoutesConfig routes) {
        routes.before(this::authenticate);
        routes.exception(Problem.class, (problem, context) -> answer(problem, context));
        routes.exception(GraphException.class, (failed, context) -> answer(ofGraph(failed, context), context));
        routes.exception(HttpResponseException.class, (refused, context) -> answer(ofJavalin(refused), context));
        routes.exception(Exception.class, (failed, context) -> answer(fault(failed, context), context));
    }

    private void authenticate(Context context) {
        // By the clock that also stamps events, so that a client can tell how long ago something was.
        context.header(
                "Date",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().atOffset(ZoneOffset.UTC)));
        context.header("Cache-Control", "no-store");
        context.header("X-Content-Type-Options", "nosniff");
        String offered = context.header("Authorization");
        if (offered == null) {
            throw Problem.unauthorized("The request carries no token.");
        }
        if (!offered.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || !token.matches(offered.substring(SCHEME.length()).strip())) {
            throw Problem.unauthorized("The token is not the collector's.");
        }
    }

    private static Problem ofGraph(GraphException failed, Context context) {
        return switch (failed.kind()) {
            case REFUSED -> Problem.queryRefused(String.valueOf(failed.getMessage()));
            case TRANSIENT, CLOSED -> Problem.unavailable("The graph does not answer now.");
            case LOCKED, NEWER_VERSION, FAILED -> fault(failed, context);
        };
    }

    private static Problem ofJavalin(HttpResponseException refused) {
        return switch (refused.getStatus()) {
            case 404 -> Problem.notFound("There is nothing at this address.", "See docs/api.md.");
            case 405 -> Problem.methodNotAllowed();
            case 413 -> Problem.tooLarge("The request is too large.");
            default -> Problem.badRequest("The request is malformed.", "See docs/api.md.");
        };
    }

    private static Problem fault(Exception failed, Context context) {
        // The raw URI: what was percent-encoded stays so, and cannot forge a log line.
        LOG.error(
                "event=request-failed method={} uri={}",
                context.method(),
                context.req().getRequestURI(),
                failed);
        return Problem.failed();
    }

    private static void answer(Problem problem, Context context) {
        if (problem.status() == 401) {
            context.header("WWW-Authenticate", "Bearer");
        }
        context.status(problem.status());
        context.contentType("application/json");
        context.result(problem.body().toString().getBytes(StandardCharsets.UTF_8));
    }
}
