package io.odigos.agent;

import java.util.ArrayList;
import java.util.List;

/** Whether this process belongs to an exec probe or hook of the container: itself, or a process that it was started by. */
final class Probes {
  private static final int MAX_ANCESTORS = 8;

  private Probes() {}

  static boolean isProbe(List<String> argv) {
    String variable = System.getenv("ODIGOS_PROBE_COMMANDS");
    if (variable == null || variable.isEmpty()) return false;
    List<List<String>> lineage = new ArrayList<List<String>>();
    lineage.add(argv);
    String process = parentOf("self");
    while (lineage.size() <= MAX_ANCESTORS && !process.isEmpty() && !process.equals("0") && !process.equals("1")) {
      lineage.add(Files.split(Files.text("/proc/" + process + "/cmdline"), '\0'));
      process = parentOf(process);
    }
    return isProbe(lineage, CommandList.parse(variable));
  }

  /** Takes the command lines of the process and its ancestors, the nearest first. */
  static boolean isProbe(List<List<String>> lineage, List<List<String>> commands) {
    for (List<String> argv : lineage.subList(0, Math.min(lineage.size(), 1 + MAX_ANCESTORS))) {
      for (List<String> command : commands) {
        if (matches(argv, command)) return true;
      }
    }
    return false;
  }

  private static String parentOf(String process) {
    String status = Files.text("/proc/" + process + "/status");
    int at = status.indexOf("\nPPid:");
    return at < 0 ? "" : status.substring(at + 6, status.indexOf('\n', at + 6)).trim();
  }

  private static boolean matches(List<String> argv, List<String> command) {
    if (isRunBy(argv, command)) return true;
    for (List<String> simple : ShellText.commandsOf(command)) {
      if (isRunBy(argv, simple)) return true;
    }
    return false;
  }

  /** The command itself, or the interpreter of its first line, with options, before it. */
  private static boolean isRunBy(List<String> argv, List<String> command) {
    int skipped = argv.size() - command.size();
    if (command.isEmpty() || skipped < 0) return false;
    for (int at = 1; at < skipped; at++) {
      if (!argv.get(at).startsWith("-")) return false;
    }
    return Files.baseName(argv.get(skipped)).equals(Files.baseName(command.get(0)))
        && argv.subList(skipped + 1, argv.size()).equals(command.subList(1, command.size()));
  }
}
