public class Main {
  public static void main(String[] arguments) throws Exception {
    Thread other = new Thread(() -> {
      throw new IllegalStateException("in a thread");
    });
    other.start();
    other.join();
    throw new IllegalArgumentException("in main");
  }
}
