<% if (true) throw new IllegalStateException("it fails"); %>
