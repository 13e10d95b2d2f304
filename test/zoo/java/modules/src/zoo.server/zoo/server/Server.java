package zoo.server;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class Server {
  public static void main(String[] arguments) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 0);
    server.createContext("/", exchange -> {
      byte[] body = ("%s %s" + System.lineSeparator()).formatted(exchange.getRequestMethod(), exchange.getRequestURI()).getBytes();
      exchange.getResponseHeaders().add("content-type", "text/plain");
      exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/none") ? 404 : 200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    System.out.println("READY");
  }
}
