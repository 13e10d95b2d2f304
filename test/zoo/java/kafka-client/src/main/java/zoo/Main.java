package zoo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Clients without a broker. */
public class Main {
  public static void main(String[] arguments) throws Exception {
    Map<String, Object> common = Map.of("bootstrap.servers", "127.0.0.1:1", "client.id", "zoo", "reconnect.backoff.ms", 60000);
    Map<String, Object> producing = new java.util.HashMap<>(common);
    producing.put("max.block.ms", 300);
    try (KafkaProducer<String, String> producer = new KafkaProducer<>(producing, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("items", "7", "seven")).get();
    } catch (ExecutionException error) {
      System.out.println(error.getCause().getClass().getSimpleName());
    }
    Map<String, Object> consuming = new java.util.HashMap<>(common);
    consuming.put("group.id", "zoo");
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(consuming, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("items"));
      System.out.println(consumer.poll(Duration.ofMillis(300)).count());
    }
  }
}
