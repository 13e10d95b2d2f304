package zoo;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.runtime.Micronaut;
import java.util.Map;

@Controller
public class Server {
  public static void main(String[] arguments) {
    Micronaut.run(Server.class, arguments);
  }

  @Get("/items/{id}")
  public Map<String, Object> item(int id) {
    return Map.of("id", id);
  }

  @Get("/failure")
  public String failure() {
    throw new IllegalStateException("it fails");
  }
}
