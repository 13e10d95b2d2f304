package io.odigos.agent;

import java.io.File;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.util.List;

/**
 * Starts the agent as its own premain class would. That class looks for its jar on the class path, where we do not put it:
 * the application's class path stays as it is.
 */
final class OpenTelemetryAgent {
  private static final String PACKAGE = "io.opentelemetry.javaagent.bootstrap.";

  private OpenTelemetryAgent() {}

  static void start(File folder, Instrumentation instrumentation, List<String> unused) throws Throwable {
    File file = new File(folder, "opentelemetry.jar");
    Access access = Access.open(instrumentation);
    access.addToBootstrap(folder, instrumentation);
    access.keepNumbers();
    Settings settings = Settings.put(unused);
    try {
      call("InstrumentationHolder", "setInstrumentation", new Class<?>[] {Instrumentation.class}, instrumentation);
      call("JavaagentFileHolder", "setJavaagentFile", new Class<?>[] {File.class}, file);
      Class<?>[] types = {Instrumentation.class, File.class, boolean.class, String.class};
      call("AgentInitializer", "initialize", types, instrumentation, file, true, null);
    } catch (InvocationTargetException error) {
      throw error.getCause();
    } finally {
      settings.restore();
      access.restoreNumbers();
    }
  }

  private static void call(String type, String method, Class<?>[] types, Object... values) throws Exception {
    Class.forName(PACKAGE + type, true, null).getMethod(method, types).invoke(null, values);
  }
}
