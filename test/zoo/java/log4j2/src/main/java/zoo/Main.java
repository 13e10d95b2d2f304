package zoo;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.ThreadContext;

public class Main {
  private static final Logger LOG = LogManager.getLogger(Main.class);

  public static void main(String[] arguments) throws Exception {
    ThreadContext.put("request", "7");
    LOG.info("item {}", 7);
    java.util.logging.Logger.getLogger("zoo.jul").warning("from java.util.logging");
    Thread thread = new Thread(() -> LOG.error("it fails", new IllegalStateException("seven")));
    thread.start();
    thread.join();
    System.out.println(java.util.logging.LogManager.getLogManager().getClass().getName());
    System.exit(3);
  }
}
