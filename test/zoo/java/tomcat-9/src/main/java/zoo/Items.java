package zoo;

import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import java.io.IOException;

public class Items extends HttpServlet {
  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if ("/failure".equals(request.getServletPath())) throw new IllegalStateException("it fails");
    response.setContentType("text/plain");
    response.getWriter().println("item " + request.getPathInfo());
  }
}
