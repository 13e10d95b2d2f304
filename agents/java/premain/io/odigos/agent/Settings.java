package io.odigos.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * Our settings, `ODIGOS_OTEL_X`, become system properties `otel.x` while the agent starts. What the user has set wins, and
 * afterwards all are as before, so that an SDK of the application's own never sees ours.
 */
final class Settings {
  private static final String PREFIX = "ODIGOS_";
  private static final String ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";
  private static final String NAME = "OTEL_SERVICE_NAME";

  private final Map<String, String> previous = new HashMap<String, String>();

  private Settings() {}

  /** The setting of ours; "" if there is none. */
  static String ofOurs(String name) {
    String value = System.getenv(PREFIX + name);
    return value == null ? "" : value;
  }

  /** What the user has set, by a system property or variable; "" if nothing. */
  static String ofUser(String name) {
    Properties properties = System.getProperties();
    String wanted = propertyOf(name);
    for (String property : properties.stringPropertyNames()) {
      if (property.startsWith("otel.") && property.replace('-', '.').toLowerCase(Locale.ROOT).equals(wanted)) {
        return properties.getProperty(property);
      }
    }
    String value = System.getenv(name);
    return value == null ? "" : value;
  }

  private static String propertyOf(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /** Takes the names of instrumentations that are not used in this process. */
  static Settings put(List<String> unused) {
    Settings settings = new Settings();
    for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
      if (!variable.getKey().startsWith(PREFIX + "OTEL_")) continue;
      String name = variable.getKey().substring(PREFIX.length());
      String value = valueOf(name, variable.getValue());
      if (value != null) settings.set(propertyOf(name), value);
    }
    for (String each : unused) {
      String name = "OTEL_INSTRUMENTATION_" + each.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_') + "_ENABLED";
      if (ofUser(name).isEmpty() && ofOurs(name).isEmpty()) settings.set(propertyOf(name), "false");
    }
    // It reads the rules for the metrics of many servers, whether they are sent or not.
    if (Instrumentations.areMetricsOff() && ofUser("OTEL_JMX_ENABLED").isEmpty()) settings.set("otel.jmx.enabled", "false");
    // It would not start in a program run from its source, and say so: whether to is decided.
    settings.set("otel.javaagent.enabled", "true");
    if (Debug.isOn() && ofUser("OTEL_JAVAAGENT_LOGGING").isEmpty()) settings.set("otel.javaagent.logging", "simple");
    return settings;
  }

  /** Returns null where the user's setting stays. */
  private static String valueOf(String name, String ours) {
    String users = ofUser(name);
    if (name.equals(ATTRIBUTES)) return users.isEmpty() ? ours : Attributes.merged(ours, users);
    if (name.equals(NAME) && Attributes.parse(ofUser(ATTRIBUTES)).containsKey("service.name")) return null;
    return users.isEmpty() ? ours : null;
  }

  private void set(String property, String value) {
    if (!previous.containsKey(property)) previous.put(property, System.getProperty(property));
    System.setProperty(property, value);
  }

  void restore() {
    for (Map.Entry<String, String> entry : previous.entrySet()) {
      if (entry.getValue() == null) System.clearProperty(entry.getKey());
      else System.setProperty(entry.getKey(), entry.getValue());
    }
  }
}
