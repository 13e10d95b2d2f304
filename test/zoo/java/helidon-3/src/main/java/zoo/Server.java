package zoo;

import io.helidon.webserver.Routing;
import io.helidon.webserver.WebServer;
import java.net.InetAddress;

public class Server {
  public static void main(String[] arguments) throws Exception {
    Routing routing = Routing.builder()
        .get("/items/{id}", (request, response) -> response.send("item " + request.path().param("id")))
        .get("/failure", (request, response) -> {
          throw new IllegalStateException("it fails");
        })
        .build();
    WebServer.builder(routing)
        .bindAddress(InetAddress.getByName("127.0.0.1"))
        .port(Integer.parseInt(arguments[0]))
        .build()
        .start()
        .await();
  }
}
