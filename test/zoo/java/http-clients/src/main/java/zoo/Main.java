package zoo;

import com.sun.net.httpserver.HttpServer;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** Calls its own server by every client that people use, and shows what each of them gets. */
public class Main {
  interface Client {
    String get(String url) throws Exception;
  }

  private static String byConnection(String url) throws Exception {
    try (InputStream input = URI.create(url).toURL().openStream()) {
      return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String byJdk(String url) throws Exception {
    var response = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }

  private static String byJdkLater(String url) {
    return HttpClient.newHttpClient().sendAsync(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .thenApply(response -> response.statusCode() + " " + response.body()).join();
  }

  private static String byApache5(String url) throws Exception {
    try (var client = HttpClients.createDefault()) {
      return client.execute(new org.apache.hc.client5.http.classic.methods.HttpGet(url),
          response -> response.getCode() + " " + EntityUtils.toString(response.getEntity()));
    }
  }

  private static String byApache4(String url) throws Exception {
    try (var client = org.apache.http.impl.client.HttpClients.createDefault();
        var response = client.execute(new org.apache.http.client.methods.HttpGet(url))) {
      return response.getStatusLine() + " " + org.apache.http.util.EntityUtils.toString(response.getEntity());
    }
  }

  private static String byOkHttp(String url) throws Exception {
    OkHttpClient client = new OkHttpClient();
    try (var response = client.newCall(new Request.Builder().url(url).build()).execute()) {
      return response.code() + " " + response.body().string();
    } finally {
      client.dispatcher().executorService().shutdown();
    }
  }

  private static void show(String name, String url, Client client) {
    try {
      System.out.println(name + ": " + client.get(url));
    } catch (Exception error) {
      System.out.println(name + ": " + error.getClass().getName());
    }
  }

  public static void main(String[] arguments) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      byte[] body = exchange.getRequestURI().getPath().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/none") ? 404 : 200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    String here = "http://127.0.0.1:" + server.getAddress().getPort();
    // Nothing listens on the port "discard".
    for (String url : new String[] {here + "/items/7", here + "/none", "http://127.0.0.1:9/"}) {
      show("URLConnection", url, Main::byConnection);
      show("java.net.http", url, Main::byJdk);
      show("java.net.http, later", url, Main::byJdkLater);
      show("Apache 5", url, Main::byApache5);
      show("Apache 4", url, Main::byApache4);
      show("OkHttp", url, Main::byOkHttp);
    }
    System.exit(0);
  }
}
