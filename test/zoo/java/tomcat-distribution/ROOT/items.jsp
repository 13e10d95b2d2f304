<%@ page contentType="text/plain" %>item <%= request.getParameter("id") %>
