public class Main {
  public static void main(String[] arguments) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
    System.out.println("out");
    System.err.println("error");
    System.exit(3);
  }
}
