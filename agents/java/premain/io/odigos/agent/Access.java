package io.odigos.agent;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;

/**
 * Access to {@link Internals}. It is loaded once more, by a loader that nothing else uses, since packages of the JDK are
 * opened to its module: the application's own module must not get them. Where the JDK has not what is wanted, nothing happens.
 */
final class Access {
  private static final String[] PACKAGES = {"java.lang", "java.util.concurrent", "jdk.internal.loader", "jdk.internal.misc"};

  private final Class<?> internals;
  private int[] numbers;

  private Access(Class<?> internals) {
    this.internals = internals;
  }

  /** Without internals where that fails. */
  static Access open(Instrumentation instrumentation) {
    URL jar = Premain.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar}, null)) {
      Class<?> internals = Class.forName("io.odigos.agent.Internals", true, loader);
      if (hasModules()) openTo(internals, instrumentation);
      return new Access(internals);
    } catch (Throwable error) {
      Debug.print("no access to the JDK", error);
      return new Access(null);
    }
  }

  private static boolean hasModules() {
    return !System.getProperty("java.specification.version", "").startsWith("1.");
  }

  /** By reflection, since Java 8 has no modules. */
  private static void openTo(Class<?> type, Instrumentation instrumentation) throws Exception {
    Method moduleOf = Class.class.getMethod("getModule");
    Set<Object> own = Collections.singleton(moduleOf.invoke(type));
    Map<String, Set<Object>> packages = new HashMap<String, Set<Object>>();
    for (String name : PACKAGES) packages.put(name, own);
    Class<?> module = moduleOf.getReturnType();
    Class<?>[] types = {module, Set.class, Map.class, Map.class, Set.class, Map.class};
    Object base = moduleOf.invoke(Object.class);
    Set<Object> none = Collections.emptySet();
    Instrumentation.class.getMethod("redefineModule", types)
        .invoke(instrumentation, base, none, packages, packages, none, Collections.emptyMap());
  }

  /** Puts the agent's classes into the bootstrap loader. */
  void addToBootstrap(File folder, Instrumentation instrumentation) throws IOException {
    if (defineClasses(new File(folder, "bootstrap.classes"))) return;
    // Not verified, like the agent does: that takes long before there is compiled code.
    instrumentation.appendToBootstrapClassLoaderSearch(new JarFile(new File(folder, "opentelemetry.jar"), false));
  }

  /** Whether all are defined. Java 8 has no archive of the application's classes, and J9 another than the rest. */
  private boolean defineClasses(File file) {
    if (internals == null || !hasModules() || System.getProperty("java.vm.name", "").contains("J9")) return false;
    try {
      internals.getMethod("defineClasses", String.class).invoke(null, file.getPath());
      return true;
    } catch (Throwable error) {
      Debug.print("classes are not defined", error);
      return false;
    }
  }

  /** What the agent starts has names of its own; what the application starts afterwards has those it has without the agent. */
  void keepNumbers() {
    try {
      if (internals != null) numbers = (int[]) internals.getMethod("nextNumbers").invoke(null);
    } catch (Throwable error) {
      Debug.print("threads get other names", error);
    }
  }

  void restoreNumbers() {
    try {
      if (numbers != null) internals.getMethod("setNextNumbers", int[].class).invoke(null, (Object) numbers);
    } catch (Throwable error) {
      Debug.print("threads get other names", error);
    }
  }
}
