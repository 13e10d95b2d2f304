package io.odigos.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How this JVM was started, as `/proc` and the environment tell: java.management would take longer to load. */
final class Launch {
  /** Options of the launcher whose value is the next word. */
  private static final Set<String> WITH_VALUE = new HashSet<String>(Arrays.asList(
      "-cp", "-classpath", "--class-path", "-p", "--module-path", "--upgrade-module-path", "--add-modules",
      "--limit-modules", "--add-exports", "--add-opens", "--add-reads", "--patch-module", "--enable-native-access",
      "--source", "--illegal-native-access", "--finalization", "--sun-misc-unsafe-memory-access"));

  /** The command line, word by word. */
  final List<String> argv;
  /** Options of the JVM, from variables, files of arguments, and the command line. */
  final List<String> options = new ArrayList<String>();
  /** The class, jar file, module or source file that is run; null if it is not known. */
  String main;
  /** What the main class is given. */
  final List<String> arguments = new ArrayList<String>();

  private Launch(List<String> argv) {
    this.argv = argv;
  }

  static Launch ofThisProcess() {
    Launch launch = new Launch(Files.split(Files.text("/proc/self/cmdline"), '\0'));
    launch.options.addAll(ArgumentFile.words(variable("JAVA_TOOL_OPTIONS")));
    // Other launchers (tools of the JDK, servers that load libjvm.so) take other arguments.
    if (launch.argv.size() > 0 && Files.baseName(launch.argv.get(0)).equals("java")) {
      List<String> words = ArgumentFile.words(variable("JDK_JAVA_OPTIONS"));
      words.addAll(launch.argv.subList(1, launch.argv.size()));
      launch.read(words);
    } else {
      launch.readCommand(System.getProperty("sun.java.command", ""));
    }
    launch.options.addAll(ArgumentFile.words(variable("_JAVA_OPTIONS")));
    return launch;
  }

  private static String variable(String name) {
    String value = System.getenv(name);
    return value == null ? "" : value;
  }

  private void read(List<String> words) {
    for (int at = 0; at < words.size(); at++) {
      String word = words.get(at);
      if (main != null) {
        arguments.add(word);
      } else if (word.startsWith("@") && !word.startsWith("@@") && isFromVersion9()) {
        words.addAll(at + 1, ArgumentFile.words(Files.text(word.substring(1))));
      } else if (!word.startsWith("-")) {
        main = word;
      } else {
        options.add(word);
        if (WITH_VALUE.contains(word) && at + 1 < words.size()) options.add(words.get(++at));
        if ((word.equals("-m") || word.equals("--module")) && at + 1 < words.size()) main = words.get(++at);
        if (word.startsWith("--module=")) main = word.substring("--module=".length());
      }
    }
  }

  private void readCommand(String command) {
    List<String> words = Files.split(command, ' ');
    if (words.isEmpty() || words.get(0).isEmpty()) return;
    main = words.get(0);
    arguments.addAll(words.subList(1, words.size()));
  }

  /** The rest of the argument that begins so, which the main class makes a system property later; null if there is none. */
  String argument(String begin) {
    for (String each : arguments) {
      if (each.startsWith(begin)) return each.substring(begin.length());
    }
    return null;
  }

  private static boolean isFromVersion9() {
    return !System.getProperty("java.specification.version", "").startsWith("1.");
  }
}
