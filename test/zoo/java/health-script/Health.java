import java.net.HttpURLConnection;
import java.net.URI;

/** What a probe's script runs: exit code 0 if the server answers. */
public class Health {
  public static void main(String[] arguments) throws Exception {
    HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + arguments[0] + "/health").toURL().openConnection();
    System.out.println("healthy: " + connection.getResponseCode());
    System.exit(connection.getResponseCode() == 200 ? 0 : 1);
  }
}
