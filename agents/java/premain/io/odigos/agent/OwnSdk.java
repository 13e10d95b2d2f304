package io.odigos.agent;

/**
 * Whether the application brings an OpenTelemetry SDK that sends spans: a library that sets one up, or an SDK together
 * with an exporter. The SDK alone is part of many client libraries.
 */
final class OwnSdk {
  private static final String SHADED_SDK = "io/opentelemetry/sdk/trace/SdkTracerProvider.class";
  private static final String[] SHADED_EXPORTERS = {
    "io/opentelemetry/exporter/otlp/trace/OtlpGrpcSpanExporter.class",
    "io/opentelemetry/exporter/zipkin/ZipkinSpanExporter.class",
  };
  static final String[] SHADED = {SHADED_SDK, SHADED_EXPORTERS[0], SHADED_EXPORTERS[1]};

  private OwnSdk() {}

  /** The name of what the application brings; null if nothing. */
  static String in(Libraries libraries) {
    boolean hasSdk = libraries.shaded.contains(SHADED_SDK);
    boolean hasExporter = libraries.shaded.contains(SHADED_EXPORTERS[0]) || libraries.shaded.contains(SHADED_EXPORTERS[1]);
    for (String name : libraries.names) {
      if (contains(name, Words.STARTER_JARS)) return name;
      // Quarkus puts the group before the name.
      if (name.contains("opentelemetry-sdk-trace-")) hasSdk = true;
      if (contains(name, Words.EXPORTER_JARS)) hasExporter = true;
    }
    return hasSdk && hasExporter ? "an OpenTelemetry SDK with an exporter" : null;
  }

  static boolean contains(String name, String[] words) {
    for (String word : words) {
      if (name.contains(word)) return true;
    }
    return false;
  }
}
