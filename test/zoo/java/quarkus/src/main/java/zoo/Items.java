package zoo;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Map;

@Path("/")
public class Items {
  @GET
  @Path("items/{id}")
  public Map<String, Object> item(int id) {
    return Map.of("id", id);
  }

  @GET
  @Path("failure")
  public String failure() {
    throw new IllegalStateException("it fails");
  }
}
