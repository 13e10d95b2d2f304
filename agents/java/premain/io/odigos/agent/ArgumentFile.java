package io.odigos.agent;

import java.util.ArrayList;
import java.util.List;

/** The words of a file of arguments (`java @file`) or of a variable of options: quotes join, `#` begins a comment. */
final class ArgumentFile {
  private ArgumentFile() {}

  static List<String> words(String text) {
    List<String> words = new ArrayList<String>();
    StringBuilder word = null;
    char quote = 0;
    for (int at = 0; at < text.length(); at++) {
      char letter = text.charAt(at);
      if (quote == 0 && word == null && letter == '#') {
        at = endOfLine(text, at);
      } else if (quote == 0 && Character.isWhitespace(letter)) {
        if (word != null) words.add(word.toString());
        word = null;
      } else {
        if (word == null) word = new StringBuilder();
        if (quote != 0 && letter == '\\' && at + 1 < text.length()) word.append(text.charAt(++at));
        else if (quote == letter) quote = 0;
        else if (quote == 0 && (letter == '"' || letter == '\'')) quote = letter;
        else word.append(letter);
      }
    }
    if (word != null) words.add(word.toString());
    return words;
  }

  private static int endOfLine(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }
}
