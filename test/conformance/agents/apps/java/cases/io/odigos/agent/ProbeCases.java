package io.odigos.agent;

/** Prints for each pair of arguments, commands and command lines as JSON, whether it is a probe. */
public class ProbeCases {
  public static void main(String[] arguments) {
    for (int at = 0; at < arguments.length; at += 2) {
      System.out.println(Probes.isProbe(CommandList.parse(arguments[at + 1]), CommandList.parse(arguments[at])));
    }
  }
}
