package io.odigos.agent;

/** Why this process is not instrumented. */
final class Decision {
  private static final int FIRST_UPDATE = 40;

  private Decision() {}

  /** Why nothing is to be done in this process, which is not the application; null if it is. */
  static Verdict ofProcess(Launch launch) {
    if (Tools.isTool(launch)) return Verdict.silent("a tool");
    if (Probes.isProbe(launch.argv)) return Verdict.silent("a probe or hook of the container");
    String disabled = disabledBy();
    return disabled == null ? null : Verdict.silent(disabled);
  }

  /** Why the application is not to be instrumented; null if it is. */
  static Verdict ofApplication(Launch launch, Libraries libraries) {
    String version = unsupportedVersion();
    if (version != null) return Verdict.stoodBack("RuntimeNotSupported", version);
    return "true".equalsIgnoreCase(System.getenv("ODIGOS_FORCE")) ? null : conflict(launch, libraries);
  }

  private static Verdict conflict(Launch launch, Libraries libraries) {
    String agent = OtherAgents.in(launch.options);
    if (agent != null) return Verdict.stoodBack("OtherAgent", "the JVM has another agent: " + agent);
    String sdk = OwnSdk.in(libraries);
    if (sdk != null) return Verdict.stoodBack("OwnSdk", "the application brings " + sdk);
    String memory = Memory.shortage(launch.options);
    return memory == null ? null : Verdict.stoodBack("MemoryTooSmall", memory);
  }

  private static String disabledBy() {
    if ("true".equalsIgnoreCase(Settings.ofUser("OTEL_SDK_DISABLED"))) return "OTEL_SDK_DISABLED is true";
    if ("false".equalsIgnoreCase(Settings.ofUser("OTEL_JAVAAGENT_ENABLED"))) return "OTEL_JAVAAGENT_ENABLED is false";
    return null;
  }

  /** In these the OpenTelemetry agent starts later, when our settings are gone. */
  private static String unsupportedVersion() {
    String version = System.getProperty("java.version", "");
    int begin = version.indexOf('_') + 1;
    boolean isOracles = System.getProperty("java.vm.name", "").contains("HotSpot");
    if (!isOracles || !version.startsWith("1.8.0_")) return null;
    int end = begin;
    while (end < version.length() && Character.isDigit(version.charAt(end))) end++;
    boolean isEarly = end == begin || Integer.parseInt(version.substring(begin, end)) < FIRST_UPDATE;
    return isEarly ? "Java " + version + " is older than update " + FIRST_UPDATE : null;
  }
}
