package io.odigos.agent;

/** One line to stderr for users who ask for it. */
final class Debug {
  private Debug() {}

  static boolean isOn() {
    try {
      String ours = System.getenv("ODIGOS_DEBUG");
      return "true".equalsIgnoreCase(ours) || "debug".equalsIgnoreCase(System.getenv("OTEL_LOG_LEVEL"));
    } catch (SecurityException notAllowed) {
      return false;
    }
  }

  static void print(String message, Throwable error) {
    if (!isOn()) return;
    System.err.println("odigos: " + message);
    if (error != null) error.printStackTrace();
  }
}
