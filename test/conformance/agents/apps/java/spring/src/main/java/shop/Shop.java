package shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Answers `/items/ID`, and says on which port. */
@SpringBootApplication
@RestController
public class Shop {
  public static void main(String[] arguments) {
    SpringApplication.run(Shop.class, arguments);
  }

  @GetMapping(value = "/items/{id}", produces = "application/json")
  public String item(@PathVariable("id") int id) {
    return "{\"id\":" + id + "}";
  }

  @EventListener
  public void ready(ServletWebServerInitializedEvent event) {
    System.out.println("LISTENING " + event.getWebServer().getPort());
  }
}
