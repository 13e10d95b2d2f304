package zoo;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

public class Server {
  public static void main(String[] arguments) {
    Vertx vertx = Vertx.vertx();
    Router router = Router.router(vertx);
    router.get("/items/:id").handler(context -> vertx.setTimer(1, timer -> context.end("item " + context.pathParam("id"))));
    router.get("/failure").handler(context -> {
      throw new IllegalStateException("it fails");
    });
    vertx.createHttpServer().requestHandler(router).listen(Integer.parseInt(arguments[0]), "127.0.0.1");
  }
}
