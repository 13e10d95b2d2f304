package io.odigos.agent;

/** What became of this process, in the words of src/api/reasons.ts. */
final class Verdict {
  final String outcome;
  final String reason;
  final String message;

  private Verdict(String outcome, String reason, String message) {
    this.outcome = outcome;
    this.reason = reason;
    this.message = message;
  }

  static Verdict loaded() {
    return new Verdict("Loaded", "AgentLoaded", "the agent was loaded");
  }

  static Verdict stoodBack(String reason, String message) {
    return new Verdict("StoodBack", reason, message);
  }

  static Verdict failed(String message) {
    return new Verdict("Failed", "AgentFailed", message);
  }

  /** For tools, probes and the like, which are not the application: nothing is reported. */
  static Verdict silent(String message) {
    return new Verdict(null, null, message);
  }

  boolean isReported() {
    return outcome != null;
  }
}
