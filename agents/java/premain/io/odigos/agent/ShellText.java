package io.odigos.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The simple commands of `sh -c TEXT`, without what only prepares them. */
final class ShellText {
  private static final Set<String> SHELLS =
      new HashSet<String>(Arrays.asList("sh", "bash", "ash", "dash", "ksh", "mksh", "zsh"));

  private final String text;
  private final List<List<String>> commands = new ArrayList<List<String>>();
  private List<String> words = new ArrayList<String>();
  /** Null between words. */
  private StringBuilder word;

  private ShellText(String text) {
    this.text = text;
  }

  /** None where the command is no shell. */
  static List<List<String>> commandsOf(List<String> command) {
    if (command.isEmpty() || !SHELLS.contains(Files.baseName(command.get(0)))) return Collections.emptyList();
    for (int at = 1; at + 1 < command.size() && command.get(at).startsWith("-"); at++) {
      String option = command.get(at);
      if (!option.startsWith("--") && option.endsWith("c")) return new ShellText(command.get(at + 1)).read();
    }
    return Collections.emptyList();
  }

  private List<List<String>> read() {
    char quote = 0;
    for (int at = 0; at < text.length(); at++) {
      char letter = text.charAt(at);
      if (letter == '\\' && quote != '\'' && at + 1 < text.length()) {
        append(text.charAt(++at));
      } else if (quote != 0) {
        if (letter == quote) quote = 0;
        else append(letter);
      } else if (letter == '"' || letter == '\'') {
        quote = letter;
        if (word == null) word = new StringBuilder();
      } else if (separates(at)) {
        endCommand();
      } else if (Character.isWhitespace(letter)) {
        endWord();
      } else {
        append(letter);
      }
    }
    endCommand();
    return commands;
  }

  /** The `&` of `2>&1` and `&>` does not. */
  private boolean separates(int at) {
    char letter = text.charAt(at);
    if (letter != '&') return letter == '|' || letter == ';' || letter == '\n';
    boolean redirects = at > 0 && "<>".indexOf(text.charAt(at - 1)) >= 0;
    return !redirects && !text.startsWith("&>", at);
  }

  private void append(char letter) {
    if (word == null) word = new StringBuilder();
    word.append(letter);
  }

  private void endWord() {
    if (word != null) words.add(word.toString());
    word = null;
  }

  private void endCommand() {
    endWord();
    List<String> rest = withoutPreparation(withoutRedirections(words));
    if (!rest.isEmpty()) commands.add(rest);
    words = new ArrayList<String>();
  }

  private static List<String> withoutRedirections(List<String> words) {
    List<String> rest = new ArrayList<String>();
    for (int at = 0; at < words.size(); at++) {
      String each = words.get(at);
      int begin = 0;
      while (begin < each.length() && (Character.isDigit(each.charAt(begin)) || each.charAt(begin) == '&')) begin++;
      boolean redirects = begin < each.length() && "<>".indexOf(each.charAt(begin)) >= 0;
      if (!redirects) rest.add(each);
      else if ("<>".indexOf(each.charAt(each.length() - 1)) >= 0) at++;
    }
    return rest;
  }

  private static List<String> withoutPreparation(List<String> words) {
    int at = 0;
    while (at < words.size()) {
      String name = Files.baseName(words.get(at));
      if (name.equals("timeout")) at = afterTimeout(words, at + 1);
      else if (name.equals("exec") || name.equals("env") || isAssignment(words.get(at))) at++;
      else break;
    }
    return words.subList(Math.min(at, words.size()), words.size());
  }

  private static int afterTimeout(List<String> words, int from) {
    int at = from;
    boolean hasDuration = false;
    while (at < words.size() && words.get(at).startsWith("-")) {
      String option = words.get(at++);
      if (option.equals("-s") || option.equals("-k") || option.equals("-t")) at++;
      // Older versions of BusyBox take the duration as an option.
      if (option.equals("-t")) hasDuration = true;
    }
    return hasDuration ? at : at + 1;
  }

  private static boolean isAssignment(String word) {
    int equals = word.indexOf('=');
    if (equals <= 0 || Character.isDigit(word.charAt(0))) return false;
    for (int at = 0; at < equals; at++) {
      if (!Character.isLetterOrDigit(word.charAt(at)) && word.charAt(at) != '_') return false;
    }
    return true;
  }
}
