package io.odigos.agent;

import java.util.List;

/** Whether the memory that the JVM may take leaves room for the agent. */
final class Memory {
  private static final long MIB = 1 << 20;
  /** What the agent adds outside of the heap: classes, compiled code, threads. */
  private static final long OUTSIDE_HEAP_MIB = 100;
  private static final long HEAP_MIB = 48;
  private static final long METASPACE_MIB = 128;
  private static final String[] LIMITS = {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"};

  private Memory() {}

  /** What is short; null if nothing is. */
  static String shortage(List<String> options) {
    long heap = Runtime.getRuntime().maxMemory() / MIB;
    if (heap < HEAP_MIB) return "the heap may take " + heap + " MiB, the agent needs " + HEAP_MIB;
    for (String option : options) {
      if (!option.startsWith("-XX:MaxMetaspaceSize=")) continue;
      long metaspace = bytes(option.substring(option.indexOf('=') + 1)) / MIB;
      if (metaspace < METASPACE_MIB) return "MaxMetaspaceSize is " + metaspace + " MiB, less than " + METASPACE_MIB;
    }
    long limit = limitBytes() / MIB;
    if (limit - heap >= OUTSIDE_HEAP_MIB) return null;
    return "of the memory limit of " + limit + " MiB the heap may take " + heap + ", the agent needs " + OUTSIDE_HEAP_MIB;
  }

  private static long limitBytes() {
    long least = Long.MAX_VALUE;
    for (String path : LIMITS) {
      String text = Files.text(path).trim();
      if (!text.isEmpty() && !text.equals("max")) least = Math.min(least, bytes(text));
    }
    return least;
  }

  private static long bytes(String size) {
    try {
      int unit = "kmgt".indexOf(Character.toLowerCase(size.charAt(size.length() - 1)));
      if (unit < 0) return Long.parseLong(size);
      return Long.parseLong(size.substring(0, size.length() - 1)) << (10 * (unit + 1));
    } catch (RuntimeException notANumber) {
      return Long.MAX_VALUE;
    }
  }
}
