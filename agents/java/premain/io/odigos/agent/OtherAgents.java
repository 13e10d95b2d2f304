package io.odigos.agent;

import java.io.File;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** Agents of other vendors that the JVM loads, by the names of their files, or by their classes where the file is renamed. */
final class OtherAgents {
  private OtherAgents() {}

  /** The word or class by which an agent was recognised; null if there is none. */
  static String in(List<String> options) {
    for (String option : options) {
      String path = agentPath(option);
      if (path == null) continue;
      String found = first(Words.OTHER_AGENTS, path.toLowerCase(java.util.Locale.ROOT));
      if (found == null && option.startsWith("-javaagent:")) found = firstClass(path);
      if (found != null) return found;
    }
    return null;
  }

  private static String agentPath(String option) {
    int begin = option.indexOf(':') + 1;
    if (!option.startsWith("-javaagent:") && !option.startsWith("-agentpath:") && !option.startsWith("-agentlib:")) return null;
    int end = option.indexOf('=', begin);
    String path = end < 0 ? option.substring(begin) : option.substring(begin, end);
    return path.equals(Premain.folder() + "/javaagent.jar") ? null : path;
  }

  private static String firstClass(String path) {
    try (JarFile jar = new JarFile(new File(path), false)) {
      Manifest manifest = jar.getManifest();
      Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
      String premain = attributes.getValue("Premain-Class");
      for (String begin : Words.PREMAIN_CLASSES) {
        if (premain != null && premain.startsWith(begin)) return premain;
      }
    } catch (Exception ignored) {
      // The JVM itself says that it cannot read the jar.
    }
    return null;
  }

  private static String first(String[] words, String text) {
    for (String word : words) {
      if (text.contains(word)) return word;
    }
    return null;
  }
}
