import java.io.File;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Prints what a program can see of its own process: properties, environment, class path, threads. */
public class Main {
  public static void main(String[] arguments) throws Exception {
    List<String> names = new ArrayList<>(System.getProperties().stringPropertyNames());
    Collections.sort(names);
    System.out.println(names);
    for (String name : names) {
      if (name.startsWith("otel") || name.startsWith("io.opentelemetry")) System.out.println(name);
    }
    System.out.println(System.getProperty("java.class.path"));
    System.out.println(System.getProperty("sun.java.command"));
    for (String name : System.getenv().keySet()) {
      if (name.startsWith("OTEL")) System.out.println(name);
    }
    System.out.println(Main.class.getClassLoader().getResource("io/opentelemetry/api/OpenTelemetry.class"));
    System.out.println(Thread.currentThread().getThreadGroup().getName());
    System.out.println(Thread.currentThread().getContextClassLoader() == ClassLoader.getSystemClassLoader());
    System.out.println(java.util.logging.LogManager.getLogManager().getClass().getName());
    System.out.println(ManagementFactory.getPlatformMBeanServer().getDefaultDomain());
    System.out.println(Thread.getDefaultUncaughtExceptionHandler());
    System.out.println(java.util.TimeZone.getDefault().getID() + ' ' + java.util.Locale.getDefault());
    System.out.println(new File("x").getAbsoluteFile().getParentFile().list().length);
    Process child = new ProcessBuilder(ProcessHandle.current().info().command().get(), "-cp", "classes", "Child").inheritIO().start();
    System.exit(child.waitFor());
  }
}
