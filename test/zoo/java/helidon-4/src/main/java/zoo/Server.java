package zoo;

import io.helidon.webserver.WebServer;

public class Server {
  public static void main(String[] arguments) {
    WebServer.builder()
        .host("127.0.0.1")
        .port(Integer.parseInt(arguments[0]))
        .routing(routing -> routing
            .get("/items/{id}", (request, response) -> response.send("item " + request.path().pathParameters().get("id")))
            .get("/failure", (request, response) -> {
              throw new IllegalStateException("it fails");
            }))
        .build()
        .start();
  }
}
