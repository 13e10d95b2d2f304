module zoo.server {
  requires jdk.httpserver;
}
