package zoo;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

public class Server {
  /** Warns where the machine takes long to find random numbers. */
  private static final Logger SESSIONS = Logger.getLogger("org.apache.catalina.util.SessionIdGeneratorBase");

  public static void main(String[] arguments) throws Exception {
    SESSIONS.setLevel(Level.SEVERE);
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir("base");
    tomcat.setHostname("127.0.0.1");
    tomcat.setPort(Integer.parseInt(arguments[0]));
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "items", new Items());
    context.addServletMappingDecoded("/items/*", "items");
    context.addServletMappingDecoded("/failure", "items");
    tomcat.getConnector();
    tomcat.start();
    tomcat.getServer().await();
  }
}
