public class Child {
  public static void main(String[] arguments) {
    System.out.println("child");
    System.exit(4);
  }
}
