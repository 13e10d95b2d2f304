package zoo;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Speaks as much of PostgreSQL's protocol as the driver needs: every query has one row, or fails. */
class FakeServer implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());

  FakeServer() throws IOException {
    Thread thread = new Thread(this::accept, "postgres");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        Thread thread = new Thread(() -> serve(client), "postgres client");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException closed) {
      // The end.
    }
  }

  private void serve(Socket client) {
    try (client; DataInputStream in = new DataInputStream(client.getInputStream())) {
      in.skipNBytes(in.readInt() - 4);
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      send(out, 'R', integer(0));
      for (String each : new String[] {"server_version\0" + "15.0", "client_encoding\0UTF8", "DateStyle\0ISO", "TimeZone\0UTC",
          "integer_datetimes\0on", "standard_conforming_strings\0on"}) {
        send(out, 'S', text(each));
      }
      send(out, 'Z', new byte[] {'I'});
      answerAll(in, out);
    } catch (IOException closed) {
      // The driver has gone.
    }
  }

  private void answerAll(DataInputStream in, DataOutputStream out) throws IOException {
    String query = "";
    while (true) {
      int type = in.readUnsignedByte();
      String body = new String(in.readNBytes(in.readInt() - 4), StandardCharsets.ISO_8859_1);
      if (type == 'X') return;
      if (type == 'P') {
        query = body.substring(body.indexOf('\0') + 1, body.indexOf('\0', body.indexOf('\0') + 1));
        send(out, '1', new byte[0]);
      }
      if (type == 'B') send(out, '2', new byte[0]);
      if (type == 'D' && hasRow(query)) send(out, 'T', column());
      if (type == 'D' && query.startsWith("SET")) send(out, 'n', new byte[0]);
      if (type == 'E') execute(out, query);
      if (type == 'S') send(out, 'Z', new byte[] {'I'});
    }
  }

  private static void execute(DataOutputStream out, String query) throws IOException {
    if (query.endsWith("failure")) {
      send(out, 'E', text("SERROR\0C42703\0Mcolumn \"failure\" does not exist\0"));
      return;
    }
    byte[] value = (query.startsWith("SHOW") ? "read committed" : "seven").getBytes(StandardCharsets.UTF_8);
    if (hasRow(query)) send(out, 'D', join(new byte[] {0, 1}, integer(value.length), value));
    send(out, 'C', text(hasRow(query) ? "SELECT 1" : "SET"));
  }

  private static boolean hasRow(String query) {
    return query.startsWith("SHOW") || (query.startsWith("SELECT") && !query.endsWith("failure"));
  }

  private static byte[] column() throws IOException {
    byte[] typed = {0, 0, 0, 0, 0, 0, 0, 0, 0, 25, -1, -1, -1, -1, -1, -1, 0, 0};
    return join(new byte[] {0, 1}, text("name"), typed);
  }

  private static byte[] text(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] integer(int value) {
    return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
  }

  private static byte[] join(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.write(part);
    return all.toByteArray();
  }

  private static synchronized void send(DataOutputStream out, char type, byte[] body) throws IOException {
    out.write(type);
    out.writeInt(body.length + 4);
    out.write(body);
    out.flush();
  }
}
