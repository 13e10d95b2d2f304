package zoo;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

public class Items extends HttpServlet {
  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if ("/failure".equals(request.getServletPath())) throw new IllegalStateException("it fails");
    response.setContentType("text/plain");
    response.getWriter().println("item " + request.getPathInfo());
  }
}
