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
    server.createContext("/healthy", exchange -> {
      try {
        Process script = new ProcessBuilder("sh", "health.sh", arguments[0]).redirectErrorStream(true).start();
        // What the JVM says of its variables is left out.
        String text = new String(script.getInputStream().readAllBytes()).replaceAll("(?m)^(?:NOTE: )?Picked up .*\\n", "");
        byte[] body = (script.waitFor() + " " + text).getBytes();
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      } catch (InterruptedException error) {
        throw new IllegalStateException(error);
      }
      exchange.close();
    });
    // The script asks while it is waited for.
    server.setExecutor(java.util.concurrent.Executors.newCachedThreadPool());
    server.start();
    System.out.println("READY");
  }
}
