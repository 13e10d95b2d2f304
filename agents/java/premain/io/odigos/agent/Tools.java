package io.odigos.agent;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Processes that are no application: they print something and end, or build and start another JVM. */
final class Tools {
  /** Options with which the launcher prints something and runs nothing. */
  private static final Set<String> PRINTING = new HashSet<String>(Arrays.asList(
      "-version", "--version", "-fullversion", "--full-version", "-help", "--help", "-h", "-?", "-X", "--help-extra",
      "--list-modules", "--dry-run", "--validate-modules", "-d", "--describe-module"));

  /** Keycloak builds itself in one JVM and is served by the next. */
  private static final String KEYCLOAK_BUILD = "-Dkc.config.build-and-exit=true";

  /** Beginnings of the names of main classes, and of modules before a slash. */
  private static final String[] CLASSES = {
    // the JDK's own
    "com.sun.java.util.jar.", "com.sun.tools.", "java.base/sun.", "java.rmi/", "jdk.compiler", "jdk.internal.",
    "jdk.jartool", "jdk.javadoc", "jdk.jcmd", "jdk.jconsole", "jdk.jdeps", "jdk.jfr", "jdk.jlink", "jdk.jpackage",
    "jdk.jshell", "jdk.jstatd", "sun.applet.", "sun.jvmstat.", "sun.rmi.", "sun.security.tools.", "sun.tools.",
    "java.scripting/", "jdk.scripting.", "jdk.hotspot.agent", "jdk.jdi",
    // command lines of servers
    "com.sun.enterprise.admin.cli.", "kafka.admin.", "kafka.docker.", "kafka.tools.", "org.apache.activemq.artemis.cli.",
    "org.apache.cassandra.tools.", "org.apache.catalina.util.ServerInfo", "org.apache.hadoop.fs.FsShell",
    "org.apache.hadoop.util.", "org.apache.kafka.tools.", "org.apache.solr.cli.", "org.apache.solr.util.SolrCLI",
    "org.apache.zookeeper.ZooKeeperMain", "org.apache.zookeeper.client.", "org.elasticsearch.launcher.",
    "org.elasticsearch.tools.", "org.jboss.as.cli", "org.keycloak.client.", "org.opensearch.tools.",
    "org.wildfly.security.tool.", "org.elasticsearch.cli.", "com.ibm.ws.kernel.boot.cmdline.",
  };

  /** Jar files of the same. */
  private static final String[] JARS = {
    "admin-cli.jar", "gradle-wrapper.jar", "maven-wrapper.jar", "sbt-launch.jar", "coursier.jar", "jboss-cli-client.jar",
    "wildfly-elytron-tool.jar",
  };

  /** Main classes or jars of servers, and the argument with which they are a command line instead. */
  private static final String[] COMMANDS = {
    "org.apache.catalina.startup.Bootstrap stop", "org.apache.catalina.startup.Bootstrap configtest",
    "jboss-modules.jar org.jboss.as.cli", "jboss-modules.jar org.jboss.as.add-user", "jboss-modules.jar -version",
    "jboss-modules.jar org.wildfly.security.elytron-tool", "jboss-modules.jar org.jboss.ws.tools.wsconsume",
    "start.jar --stop", "start.jar --list-config", "start.jar --dry-run", "start.jar --version",
    "activemq.jar stop", "activemq.jar query", "activemq.jar browse", "activemq.jar bstat",
    "org.apache.activemq.artemis.boot.Artemis check", "org.apache.activemq.artemis.boot.Artemis queue",
    "org.apache.activemq.artemis.boot.Artemis address", "org.apache.activemq.artemis.boot.Artemis stop",
    "org.apache.activemq.artemis.boot.Artemis create", "org.apache.activemq.artemis.boot.Artemis user",
    "org.apache.activemq.artemis.boot.Artemis data", "org.apache.activemq.artemis.boot.Artemis producer",
    "ws-server.jar --stop", "ws-server.jar --status", "ws-server.jar --version", "ws-server.jar --create",
  };

  private Tools() {}

  static boolean isTool(Launch launch) {
    for (String option : launch.options) {
      if (PRINTING.contains(option) || option.equals(KEYCLOAK_BUILD)) return true;
    }
    // A JVM that the launcher of another program starts may tell nothing of its main class: that is an application.
    if (launch.main == null) return false;
    String name = Files.baseName(launch.main);
    for (String jar : JARS) {
      if (name.equals(jar)) return true;
    }
    return begins(launch.main, CLASSES) || begins(launch.main, Words.BUILDERS) || isCommand(name, launch.arguments);
  }

  private static boolean begins(String name, String[] beginnings) {
    for (String beginning : beginnings) {
      if (name.startsWith(beginning)) return true;
    }
    return false;
  }

  private static boolean isCommand(String name, List<String> arguments) {
    for (String argument : arguments) {
      String command = name + ' ' + argument;
      for (String known : COMMANDS) {
        if (known.equals(command)) return true;
      }
    }
    return false;
  }
}
