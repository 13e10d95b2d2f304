import java.util.TreeMap;
import java.util.concurrent.Executors;

/** Prints what an application can see of the agent: system properties, and whether its classes are there. */
public class Look {
  public static void main(String[] arguments) throws Exception {
    for (String name : new TreeMap<Object, Object>(System.getProperties()).keySet().toArray(new String[0])) {
      if (name.startsWith("otel.") || name.contains("odigos")) System.out.println(name + "=" + System.getProperty(name));
    }
    System.out.println("arguments " + String.join(" ", arguments));
    if (System.getProperty("names") != null) {
      System.out.println("named " + new Thread().getName() + " " + Executors.defaultThreadFactory().newThread(null).getName());
    }
    if (System.getProperty("wait") != null) Thread.sleep(Long.parseLong(System.getProperty("wait")));
  }
}
