package io.odigos.agent;

import java.io.File;
import java.io.IOException;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The names of the jars that the application can load: on its class path, inside its jar, beside it, in its server. Where its
 * jar has classes of libraries inside, the packages of these stand for jars.
 */
final class Libraries {
  /** Reading the names of more takes longer than it helps: a jar of so many files has classes, not jars. */
  private static final int MAX_ENTRIES = 20000;
  /** With fewer, the application probably loads its libraries in a way of its own. */
  private static final int ENOUGH = 5;
  /** `org/eclipse/jetty`. */
  private static final int PACKAGE_DEPTH = 3;
  /** What is set where an application server is started, which loads applications later, and what its jars are called. */
  private static final String[] SERVERS = {"catalina.base", "jetty.base", "jboss.home.dir", "wlp.server.name", "karaf.base"};
  private static final String[] SERVER_JARS = {
    "classworlds", "connect-runtime", "equinox", "felix.framework", "felix.jar", "flink-dist", "glassfish.jar",
    "hadoop-common", "jboss-modules", "jenkins", "karaf", "liferay", "payara", "resin.jar", "spark-core", "storm-core",
    "weblogic.jar", "ws-launch", "ws-server.jar",
  };
  private static final String JETTYS_JAR = "start.jar";

  final Set<String> names = new HashSet<String>();
  /** Classes in the application's own jar that are usually in a jar of their own. */
  final Set<String> shaded = new HashSet<String>();

  private Libraries() {}

  static Libraries of(Launch launch) {
    Libraries found = new Libraries();
    for (String entry : Files.split(System.getProperty("java.class.path", ""), File.pathSeparatorChar)) {
      found.lookAtEntry(new File(entry), entry.equals(launch.main));
    }
    for (String entry : Files.split(System.getProperty("jdk.module.path", ""), File.pathSeparatorChar)) {
      found.lookAtFolder(new File(entry));
      found.names.add(Files.baseName(entry));
    }
    found.lookAtServer(System.getProperty("catalina.base"), "webapps");
    found.lookAtServer(System.getProperty("jetty.base"), "webapps");
    found.lookAtServer(launch.argument("-Djboss.home.dir="), "standalone/deployments");
    return found;
  }

  /** Whether a library that is not among the names is probably never loaded. */
  boolean areComplete() {
    for (String property : SERVERS) {
      if (System.getProperty(property) != null) return false;
    }
    for (String name : names) {
      if (name.equals(JETTYS_JAR) || OwnSdk.contains(name, SERVER_JARS)) return false;
    }
    return names.size() >= ENOUGH && System.getProperty("loader.path") == null;
  }

  /** An entry of the class path. */
  private void lookAtEntry(File entry, boolean isMain) {
    if (entry.isDirectory()) {
      lookAtFolder(new File(entry, "BOOT-INF/lib"));
      lookAtFolder(new File(entry, "WEB-INF/lib"));
      if (entry.getPath().endsWith("-INF/classes")) lookAtFolder(new File(entry.getParentFile(), "lib"));
      return;
    }
    names.add(entry.getName());
    if (!isMain) return;
    lookInto(entry);
    // Quarkus and others: the jar that is run names few of those beside it.
    File folder = entry.getAbsoluteFile().getParentFile();
    lookAtFolder(new File(folder, "lib"));
    lookAtFolder(new File(folder, "lib/main"));
  }

  private void lookAtServer(String base, String folder) {
    if (base == null) return;
    File applications = new File(base, folder);
    for (String name : Files.namesIn(applications)) {
      File application = new File(applications, name);
      if (application.isDirectory()) lookAtFolder(new File(application, "WEB-INF/lib"));
      else if (name.endsWith(".war") || name.endsWith(".ear")) lookInto(application);
    }
  }

  private void lookAtFolder(File folder) {
    for (String name : Files.namesIn(folder)) {
      if (name.endsWith(".jar")) names.add(name);
    }
  }

  /** The first parts of the package of a class file; "" if it is in none. */
  private static String packageOf(String entry) {
    int begin = entry.startsWith("BOOT-INF/classes/") ? "BOOT-INF/classes/".length() : 0;
    int end = -1;
    for (int depth = 0, next = entry.indexOf('/', begin); depth < PACKAGE_DEPTH && next >= 0; depth++) {
      end = next;
      next = entry.indexOf('/', end + 1);
    }
    return end < 0 ? "" : entry.substring(begin, end);
  }

  private void lookInto(File jar) {
    try (ZipFile zip = new ZipFile(jar)) {
      for (String name : OwnSdk.SHADED) {
        if (zip.getEntry(name) != null) shaded.add(name);
      }
      if (zip.size() > MAX_ENTRIES) return;
      Enumeration<? extends ZipEntry> entries = zip.entries();
      String last = "";
      while (entries.hasMoreElements()) {
        String name = entries.nextElement().getName();
        if (name.endsWith(".jar")) names.add(Files.baseName(name));
        // Entries of one package usually follow one another.
        if (!name.endsWith(".class") || (last.length() > 0 && name.startsWith(last))) continue;
        last = packageOf(name);
        if (last.length() > 0) names.add(last);
      }
    } catch (IOException ignored) {
      // Not a jar: the JVM itself says so.
    }
  }
}
