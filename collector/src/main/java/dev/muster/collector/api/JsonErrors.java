package dev.muster.collector.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What Jetty itself refuses, such as a malformed or too long request, answered in the API's form and without a word of Jetty's. */
final class JsonErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Problem problem = problem(response.getStatus());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        // Jetty closes the connection after most of these; a client that is not told would use it for its next request.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        byte[] body = problem.body().toString().getBytes(StandardCharsets.UTF_8);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private static Problem problem(int status) {
        return switch (status) {
            case 413, 414, 431 -> Problem.tooLarge("The request is too large.");
            case 404 -> Problem.notFound("There is nothing at this address.", "See docs/api.md.");
            case 405 -> Problem.methodNotAllowed();
            case 503 -> Problem.unavailable("The collector is stopping or starting.");
            default ->
                status < 500 ? Problem.badRequest("The request is malformed.", "See docs/api.md.") : Problem.failed();
        };
    }
}
