package zoo;

import io.javalin.Javalin;
import java.util.Map;

public class Server {
  public static void main(String[] arguments) {
    Javalin.create(config -> config.showJavalinBanner = false)
        .get("/items/{id}", context -> context.result("item " + context.pathParam("id")))
        .get("/failure", context -> {
          throw new IllegalStateException("it fails");
        })
        .start("127.0.0.1", Integer.parseInt(arguments[0]));
  }
}
