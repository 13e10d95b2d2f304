package zoo;

import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Environment;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.util.Map;

public class Server extends Application<Configuration> {
  public static void main(String[] arguments) throws Exception {
    new Server().run(arguments);
  }

  @Override
  public void run(Configuration configuration, Environment environment) {
    environment.jersey().register(new Items());
  }

  @Path("/")
  @Produces("application/json")
  public static class Items {
    @GET
    @Path("items/{id}")
    public Map<String, Object> item(@PathParam("id") int id) {
      return Map.of("id", id);
    }

    @GET
    @Path("failure")
    public String failure() {
      throw new IllegalStateException("it fails");
    }
  }
}
