/**
 * Beginnings of the main classes of JVMs that build and start the application in another JVM: one list for the detector, which
 * waits for that JVM, and for our Java agent, which leaves the builder alone.
 */
export const JAVA_BUILDERS = [
  'coursier.',
  'org.apache.maven.',
  'org.apache.tools.ant.',
  'org.codehaus.plexus.classworlds.',
  'org.gradle.',
  'org.jetbrains.kotlin.cli.',
  'sbt.',
  'scala.cli.',
  'scala.tools.nsc.',
  'xsbt.boot.',
] as const
