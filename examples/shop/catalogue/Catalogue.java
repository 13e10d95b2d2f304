import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Products: GET /products/{sku} joins a product with its price from the pricing service. */
public final class Catalogue {
    private static final Map<String, String> NAMES =
            Map.of("tea", "Green tea", "coffee", "Filter coffee", "mug", "Large mug", "kettle", "Steel kettle");
    private static final String PRICING_URL = env("PRICING_URL", "http://localhost:8083");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(env("PORT", "8082"));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(threads);
        server.createContext("/healthz", exchange -> send(exchange, 200, "{\"status\":\"ok\"}"));
        server.createContext("/products/", Catalogue::product);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, threads)));
        server.start();
        log("info", "listening", "\"port\":" + port + ",\"java\":\"" + System.getProperty("java.version") + "\"");
    }

    private static void product(HttpExchange exchange) throws IOException {
        String sku = exchange.getRequestURI().getPath().substring("/products/".length());
        String name = NAMES.get(sku);
        if (name == null) {
            send(exchange, 404, "{\"error\":\"unknown sku\"}");
            return;
        }
        try {
            String price = price(sku);
            log("info", "product found", "\"sku\":\"" + sku + "\"");
            send(exchange, 200, "{\"sku\":\"" + sku + "\",\"name\":\"" + name + "\"," + price.substring(1));
        } catch (IOException | InterruptedException e) {
            log("error", "no price", "\"sku\":\"" + sku + "\",\"error\":\"" + e.getClass().getSimpleName() + "\"");
            send(exchange, 503, "{\"error\":\"not available\"}");
        }
    }

    /** The price as the JSON object that the pricing service returns: {"amount":…,"currency":…}. */
    private static String price(String sku) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(PRICING_URL + "/prices/" + sku)).timeout(TIMEOUT).build();
        HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) throw new IOException("pricing returned " + response.statusCode());
        return response.body();
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void stop(HttpServer server, ExecutorService threads) {
        log("info", "stopping", "\"signal\":\"SIGTERM\"");
        threads.shutdown();
        try {
            threads.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
    }

    private static void log(String level, String msg, String fields) {
        System.out.println("{\"time\":\"" + Instant.now() + "\",\"level\":\"" + level + "\",\"msg\":\"" + msg + "\","
                + fields + "}");
    }

    private static String env(String name, String fallback) {
        return System.getenv().getOrDefault(name, fallback);
    }
}
