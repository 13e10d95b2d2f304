package io.odigos.agent;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URL;
import java.security.ProtectionDomain;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Uses what the JDK keeps for itself. Called by {@link Access} alone, in a class loader to which that is opened. */
public final class Internals {
  private Internals() {}

  /**
   * Defines the classes of a file in the bootstrap loader. A jar on the path of that loader would cost the application its
   * archive of classes, of which the JVM warns.
   */
  public static void defineClasses(String file) throws Exception {
    Class<?> type = Class.forName("jdk.internal.misc.Unsafe");
    Class<?>[] types = {String.class, byte[].class, int.class, int.class, ClassLoader.class, ProtectionDomain.class};
    Method define = type.getMethod("defineClass", types);
    Object unsafe = type.getMethod("getUnsafe").invoke(null);
    Set<String> packages = new HashSet<String>();
    try (DataInputStream input = new DataInputStream(new BufferedInputStream(new FileInputStream(file), 1 << 16))) {
      String version = input.readUTF();
      for (int left = input.readInt(); left > 0; left--) {
        String name = input.readUTF();
        byte[] content = new byte[input.readInt()];
        input.readFully(content);
        define.invoke(unsafe, name, content, 0, content.length, null, null);
        packages.add(name.substring(0, name.lastIndexOf('/')).replace('/', '.'));
      }
      definePackages(packages, version);
    }
  }

  /** The JVM knows packages by the jar of their classes. The agent reads its version from one. */
  private static void definePackages(Set<String> names, String version) throws Exception {
    Method bootLoader = Class.forName("jdk.internal.loader.ClassLoaders").getDeclaredMethod("bootLoader");
    bootLoader.setAccessible(true);
    Object loader = bootLoader.invoke(null);
    Class<?> text = String.class;
    Class<?>[] types = {text, text, text, text, text, text, text, URL.class};
    Method define = ClassLoader.class.getDeclaredMethod("definePackage", types);
    define.setAccessible(true);
    for (String name : names) define.invoke(loader, name, null, null, null, null, version, null, null);
  }

  /** The numbers in the names of the next thread and pool, `Thread-0` and `pool-1-thread-1`. */
  public static int[] nextNumbers() throws Exception {
    return new int[] {nextThread().getInt(null), nextPool().get()};
  }

  public static void setNextNumbers(int[] numbers) throws Exception {
    nextThread().setInt(null, numbers[0]);
    nextPool().set(numbers[1]);
  }

  private static Field nextThread() throws Exception {
    Field field;
    try {
      field = Class.forName("java.lang.Thread$ThreadNumbering").getDeclaredField("next");
    } catch (ClassNotFoundException olderVersion) {
      field = Thread.class.getDeclaredField("threadInitNumber");
    }
    field.setAccessible(true);
    return field;
  }

  private static AtomicInteger nextPool() throws Exception {
    Field field = Class.forName("java.util.concurrent.Executors$DefaultThreadFactory").getDeclaredField("poolNumber");
    field.setAccessible(true);
    return (AtomicInteger) field.get(null);
  }
}
