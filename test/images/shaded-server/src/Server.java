import java.io.IOException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.AbstractHandler;

/** Answers every request, with a server library that is relocated in one of two archives. */
public final class Server extends AbstractHandler {
  @Override
  public void handle(String target, Request request, HttpServletRequest received, HttpServletResponse response)
      throws IOException {
    response.getWriter().write("ok");
    request.setHandled(true);
  }

  public static void main(String[] arguments) throws Exception {
    var server = new org.eclipse.jetty.server.Server(8080);
    server.setHandler(new Server());
    server.setStopAtShutdown(true);
    server.start();
    server.join();
  }
}
