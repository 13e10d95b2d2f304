package zoo;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.util.Headers;

public class Server {
  public static void main(String[] arguments) {
    Undertow.builder()
        .addHttpListener(Integer.parseInt(arguments[0]), "127.0.0.1")
        .setHandler(Handlers.path()
            .addPrefixPath("/items", exchange -> {
              exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain");
              exchange.dispatch(() -> exchange.getResponseSender().send("item " + exchange.getRelativePath()));
            })
            .addExactPath("/failure", exchange -> {
              throw new IllegalStateException("it fails");
            }))
        .build()
        .start();
  }
}
