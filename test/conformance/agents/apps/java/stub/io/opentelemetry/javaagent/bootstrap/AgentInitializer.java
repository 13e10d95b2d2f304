package io.opentelemetry.javaagent.bootstrap;

import java.io.File;
import java.lang.instrument.Instrumentation;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/** In the place of the OpenTelemetry agent's, which takes seconds: says that it was started, and with which settings. */
public class AgentInitializer {
  public static void initialize(Instrumentation instrumentation, File jar, boolean fromPremain, String arguments) {
    System.out.println("agent " + jar.getName() + " " + (InstrumentationHolder.held == instrumentation));
    for (Object name : new TreeMap<Object, Object>(System.getProperties()).keySet()) {
      if (((String) name).startsWith("otel.")) System.out.println("agent " + name + "=" + System.getProperty((String) name));
    }
    if (System.getProperty("names") != null) {
      String pool = Executors.defaultThreadFactory().newThread(null).getName();
      System.out.println("agent started " + new Thread().getName() + " " + pool);
    }
    if ("fail".equals(System.getProperty("otel.test"))) throw new NoClassDefFoundError("a class is missing");
  }
}
