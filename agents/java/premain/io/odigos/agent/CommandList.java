package io.odigos.agent;

import java.util.ArrayList;
import java.util.List;

/** Reads a JSON array of arrays of strings. Of anything else, the part that it understands. */
final class CommandList {
  private CommandList() {}

  static List<List<String>> parse(String json) {
    List<List<String>> commands = new ArrayList<List<String>>();
    int depth = 0;
    for (int at = 0; at < json.length(); at++) {
      char letter = json.charAt(at);
      if (letter == '[' && ++depth == 2) commands.add(new ArrayList<String>());
      else if (letter == ']') depth--;
      else if (letter == '"') {
        StringBuilder text = new StringBuilder();
        at = readString(json, at + 1, text);
        if (depth == 2) commands.get(commands.size() - 1).add(text.toString());
      }
    }
    return commands;
  }

  /** Returns the place of the closing quote. */
  private static int readString(String json, int from, StringBuilder text) {
    int at = from;
    while (at < json.length() && json.charAt(at) != '"') {
      char letter = json.charAt(at++);
      if (letter != '\\' || at == json.length()) {
        text.append(letter);
        continue;
      }
      char escaped = json.charAt(at++);
      if (escaped == 'u' && at + 4 <= json.length()) {
        text.append((char) Integer.parseInt(json.substring(at, at + 4), 16));
        at += 4;
      } else {
        int known = "nrtbf".indexOf(escaped);
        text.append(known < 0 ? escaped : "\n\r\t\b\f".charAt(known));
      }
    }
    return at;
  }
}
