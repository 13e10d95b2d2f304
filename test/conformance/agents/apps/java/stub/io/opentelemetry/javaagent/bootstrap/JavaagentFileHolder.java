package io.opentelemetry.javaagent.bootstrap;

import java.io.File;

public class JavaagentFileHolder {
  public static void setJavaagentFile(File file) {}
}
