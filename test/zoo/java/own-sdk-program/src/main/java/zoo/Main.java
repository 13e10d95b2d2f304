package zoo;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;

public class Main {
  public static void main(String[] arguments) {
    OpenTelemetrySdk.builder().buildAndRegisterGlobal();
    System.out.println(GlobalOpenTelemetry.get().getClass().getSimpleName());
    System.exit(2);
  }
}
