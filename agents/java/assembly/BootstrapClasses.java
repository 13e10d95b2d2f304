import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Writes the classes that the agent has in the bootstrap loader into one file, each after those that it extends. */
public class BootstrapClasses {
  private static final String SUFFIX = ".class";

  private final Map<String, byte[]> classes = new TreeMap<>();
  private final Set<String> ordered = new LinkedHashSet<>();

  public static void main(String[] arguments) throws IOException {
    new BootstrapClasses().write(arguments[0], arguments[1]);
  }

  private void write(String jar, String target) throws IOException {
    try (JarFile file = new JarFile(jar);
        DataOutputStream output = new DataOutputStream(new BufferedOutputStream(new FileOutputStream(target)))) {
      for (JarEntry entry : Collections.list(file.entries())) {
        String name = entry.getName();
        if (!name.startsWith("io/opentelemetry/javaagent/") || !name.endsWith(SUFFIX)) continue;
        classes.put(name.substring(0, name.length() - SUFFIX.length()), file.getInputStream(entry).readAllBytes());
      }
      for (String name : classes.keySet()) add(name);
      output.writeUTF(file.getManifest().getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION));
      output.writeInt(ordered.size());
      for (String name : ordered) {
        byte[] content = classes.get(name);
        output.writeUTF(name);
        output.writeInt(content.length);
        output.write(content);
      }
    }
  }

  private void add(String name) throws IOException {
    if (!classes.containsKey(name) || ordered.contains(name)) return;
    for (String each : extendedBy(classes.get(name))) add(each);
    ordered.add(name);
  }

  /** Its superclass and interfaces, as the format of class files has them. */
  private static List<String> extendedBy(byte[] content) throws IOException {
    DataInputStream input = new DataInputStream(new ByteArrayInputStream(content));
    input.skipBytes(8);
    Object[] constants = constants(input);
    input.skipBytes(4);
    List<String> names = new ArrayList<>();
    names.add(className(constants, input.readUnsignedShort()));
    for (int left = input.readUnsignedShort(); left > 0; left--) names.add(className(constants, input.readUnsignedShort()));
    return names;
  }

  private static String className(Object[] constants, int index) {
    return (String) constants[(Integer) constants[index]];
  }

  /** Texts, and of classes the indices of their names. */
  private static Object[] constants(DataInputStream input) throws IOException {
    Object[] constants = new Object[input.readUnsignedShort()];
    for (int index = 1; index < constants.length; index++) {
      int tag = input.readUnsignedByte();
      switch (tag) {
        case 1 -> constants[index] = input.readUTF();
        case 7 -> constants[index] = input.readUnsignedShort();
        case 8, 16, 19, 20 -> input.skipBytes(2);
        case 15 -> input.skipBytes(3);
        case 5, 6 -> {
          input.skipBytes(8);
          index++;
        }
        default -> input.skipBytes(4);
      }
    }
    return constants;
  }
}
