package io.odigos.agent;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads small files, whose length `/proc` does not tell. */
final class Files {
  private static final int LIMIT = 1 << 20;

  private Files() {}

  /** The content; "" if it cannot be read. */
  static String text(String path) {
    try (InputStream input = new FileInputStream(path)) {
      return new String(bytes(input), "UTF-8");
    } catch (IOException error) {
      return "";
    }
  }

  private static byte[] bytes(InputStream input) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    byte[] part = new byte[8192];
    for (int read = input.read(part); read > 0 && content.size() < LIMIT; read = input.read(part)) {
      content.write(part, 0, read);
    }
    return content.toByteArray();
  }

  static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<String>();
    int begin = 0;
    for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, begin)) {
      parts.add(text.substring(begin, end));
      begin = end + 1;
    }
    if (begin < text.length()) parts.add(text.substring(begin));
    return parts;
  }

  static String baseName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Names of the entries of a folder; none if it is no folder. */
  static String[] namesIn(File folder) {
    String[] names = folder.list();
    return names == null ? new String[0] : names;
  }
}
