package io.opentelemetry.javaagent.bootstrap;

import java.lang.instrument.Instrumentation;

public class InstrumentationHolder {
  static Instrumentation held;

  public static void setInstrumentation(Instrumentation instrumentation) {
    held = instrumentation;
  }
}
