package zoo;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Application {
  private static final Logger LOG = LoggerFactory.getLogger(Application.class);
  private final JdbcTemplate database;

  public Application(JdbcTemplate database) {
    this.database = database;
  }

  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }

  @GetMapping("/items/{id}")
  public Map<String, Object> item(@PathVariable int id) {
    LOG.info("item {}", id);
    return database.queryForMap("SELECT id, name FROM items WHERE id = ?", id);
  }

  @PostMapping("/items")
  public Map<String, Object> add(@RequestBody Map<String, Object> item) {
    database.update("INSERT INTO items (id, name) VALUES (?, ?)", item.get("id"), item.get("name"));
    return item;
  }

  @GetMapping("/failure")
  public String failure() {
    throw new IllegalStateException("it fails");
  }
}
