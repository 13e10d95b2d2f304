package io.odigos.agent;

import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;

/** Tells our collector once what became of this process. Nobody waits for it, and nothing is said if it fails. */
final class Report implements Runnable {
  private static final int TIMEOUT_MS = 1000;
  /**
   * An application that is left alone may still choose how the JVM resolves names and which protocol it prefers, which
   * it cannot once the classes of java.net are loaded.
   */
  private static final int DELAY_MS = 2000;
  private static final int MAX_MESSAGE = 256;

  private final Verdict verdict;

  private Report(Verdict verdict) {
    this.verdict = verdict;
  }

  static void send(Verdict verdict) {
    if (!verdict.isReported() || !Settings.ofOurs("OTEL_EXPORTER_OTLP_ENDPOINT").startsWith("http://")) return;
    Thread thread = new Thread(null, new Report(verdict), "odigos-report", 0);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    try {
      if (!"Loaded".equals(verdict.outcome)) Thread.sleep(DELAY_MS);
      post(Settings.ofOurs("OTEL_EXPORTER_OTLP_ENDPOINT"), body().getBytes("UTF-8"));
    } catch (Throwable error) {
      Debug.print("not reported", error);
    }
  }

  private static void post(String endpoint, byte[] body) throws Exception {
    java.net.URI address = new java.net.URI(endpoint);
    String path = address.getRawPath() == null ? "" : address.getRawPath();
    if (path.endsWith("/")) path = path.substring(0, path.length() - 1);
    int port = address.getPort() < 0 ? 80 : address.getPort();
    String host = address.getHost();
    String head = "POST " + path + "/v1/logs HTTP/1.1\r\nhost: " + host + ":" + port
        + "\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: " + body.length + "\r\n\r\n";
    String numbers = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.connect(new InetSocketAddress(numbers, port), TIMEOUT_MS);
      OutputStream output = socket.getOutputStream();
      output.write(head.getBytes("UTF-8"));
      output.write(body);
      output.flush();
      InputStream input = socket.getInputStream();
      input.read();
    }
  }

  private String body() {
    String message = verdict.message.length() > MAX_MESSAGE ? verdict.message.substring(0, MAX_MESSAGE) : verdict.message;
    Map<String, String> resource = Attributes.parse(Settings.ofOurs("OTEL_RESOURCE_ATTRIBUTES"));
    String name = Settings.ofOurs("OTEL_SERVICE_NAME");
    if (!name.isEmpty()) resource.put("service.name", name);
    StringBuilder attributes = new StringBuilder();
    for (Map.Entry<String, String> entry : resource.entrySet()) {
      attribute(attributes, entry.getKey(), Attributes.decoded(entry.getValue()));
    }
    StringBuilder record = new StringBuilder();
    attribute(record, "odigos.agent", "java");
    attribute(record, "odigos.outcome", verdict.outcome);
    attribute(record, "odigos.reason", verdict.reason);
    attribute(record, "odigos.message", message);
    attribute(record, "odigos.version", Files.text(new File(Premain.folder(), "VERSION").getPath()).trim());
    return "{\"resourceLogs\":[{\"resource\":{\"attributes\":[" + attributes + "]},\"scopeLogs\":[{\"scope\":{\"name\":"
        + "\"odigos.agent\"},\"logRecords\":[{\"timeUnixNano\":\"" + System.currentTimeMillis() + "000000\",\"body\":{"
        + "\"stringValue\":" + quoted(message) + "},\"attributes\":[" + record + "]}]}]}]}";
  }

  private static void attribute(StringBuilder list, String key, String value) {
    if (list.length() > 0) list.append(',');
    list.append("{\"key\":").append(quoted(key)).append(",\"value\":{\"stringValue\":").append(quoted(value)).append("}}");
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int at = 0; at < text.length(); at++) {
      char letter = text.charAt(at);
      if (letter == '"' || letter == '\\') json.append('\\').append(letter);
      else if (letter < ' ') json.append(' ');
      else json.append(letter);
    }
    return json.append('"').toString();
  }
}
