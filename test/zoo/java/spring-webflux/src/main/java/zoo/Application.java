package zoo;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@SpringBootApplication
@RestController
public class Application {
  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }

  @GetMapping("/items/{id}")
  public Flux<String> item(@PathVariable String id) {
    return Flux.just("item ", id);
  }

  @GetMapping("/failure")
  public Mono<String> failure() {
    return Mono.error(new IllegalStateException("it fails"));
  }
}
