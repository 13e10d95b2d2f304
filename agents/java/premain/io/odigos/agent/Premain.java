package io.odigos.agent;

import java.io.File;
import java.lang.instrument.Instrumentation;

/**
 * Loaded into every JVM of an instrumented container by {@code JAVA_TOOL_OPTIONS=-javaagent}. It decides whether this
 * process is to be instrumented, and only then loads the OpenTelemetry agent beside it, which takes seconds.
 *
 * <p>Java 8 only, no lambdas and no regular expressions, which cost time at start. Nothing may escape: whatever happens
 * here, the application must start.
 */
public final class Premain {
  /** Two options may name this jar. */
  private static boolean isStarted;

  private Premain() {}

  public static void premain(String ignored, Instrumentation instrumentation) {
    try {
      // A JVM that cannot read this class ends. This one is marked as of Java 6 at assembly; it loads no other before here.
      String version = System.getProperty("java.specification.version");
      if (version.equals("1.6") || version.equals("1.7")) return;
      if (isStarted) return;
      isStarted = true;
      if (System.getSecurityManager() != null) {
        // This class has no permissions then, the OpenTelemetry agent few.
        Report.send(Verdict.stoodBack("RuntimeNotSupported", "the JVM has a security manager"));
        return;
      }
      start(instrumentation);
    } catch (Throwable error) {
      Debug.print("not instrumented", error);
    }
  }

  private static void start(Instrumentation instrumentation) {
    Launch launch = Launch.ofThisProcess();
    Verdict verdict = Decision.ofProcess(launch);
    Libraries libraries = verdict == null ? Libraries.of(launch) : null;
    if (verdict == null) verdict = Decision.ofApplication(launch, libraries);
    if (verdict != null) {
      Debug.print("not instrumented: " + verdict.message, null);
      Report.send(verdict);
      return;
    }
    try {
      OpenTelemetryAgent.start(folder(), instrumentation, Instrumentations.withoutUse(libraries));
      Debug.print("instrumented", null);
      Report.send(Verdict.loaded());
    } catch (Throwable error) {
      Debug.print("not instrumented", error);
      Report.send(Verdict.failed("the OpenTelemetry agent could not start: " + error.getClass().getName()));
    }
  }

  /** The folder of this jar. */
  static File folder() {
    return new File(Premain.class.getProtectionDomain().getCodeSource().getLocation().getPath()).getParentFile();
  }
}
