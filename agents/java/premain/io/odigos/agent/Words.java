package io.odigos.agent;

/** Generated from what the control plane knows, too. */
final class Words {
  // generated: other agents, and programs that start others, from src/api/agents
  static final String[] OTHER_AGENTS = {
    "/contrast/",
    "applicationinsights",
    "appserveragent",
    "aws-opentelemetry-agent",
    "contrast-agent",
    "contrast.jar",
    "contrastagent",
    "datadog",
    "dd-java-agent",
    "elastic-apm",
    "glowroot",
    "grafana-opentelemetry",
    "instana",
    "kanela-agent",
    "libapminsight",
    "liboneagent",
    "newrelic",
    "opentelemetry-javaagent",
    "otel-auto-instrumentation",
    "pinpoint-bootstrap",
    "scouter.agent",
    "skywalking",
    "solarwinds-apm-agent",
    "splunk-otel",
  };
  static final String[] PREMAIN_CLASSES = {
    "co.elastic.",
    "com.appdynamics.",
    "com.appoptics.",
    "com.contrastsecurity.",
    "com.dynatrace.",
    "com.instana.",
    "com.manageengine.",
    "com.microsoft.applicationinsights.",
    "com.navercorp.pinpoint.",
    "com.newrelic.",
    "com.singularity.",
    "com.site24x7.",
    "com.solarwinds.",
    "com.splunk.",
    "datadog.",
    "io.opentelemetry.",
    "io.sentry.",
    "kanela.",
    "org.apache.skywalking.",
    "org.glowroot.",
    "scouter.",
  };
  static final String[] STARTER_JARS = {
    "apm-agent-attach-",
    "applicationinsights-runtime-attach-",
    "helidon-tracing-providers-opentelemetry-",
    "honeycomb-opentelemetry-sdk-",
    "opentelemetry-runtime-attach-",
    "opentelemetry-spring-boot-starter-",
    "quarkus-opentelemetry-",
    "sentry-opentelemetry-agentless-",
    "spring-boot-starter-opentelemetry-",
    "spring-cloud-azure-starter-monitor-",
    "spring-cloud-sleuth-otel-",
  };
  static final String[] EXPORTER_JARS = {
    "azure-monitor-opentelemetry-exporter-",
    "opentelemetry-exporter-jaeger-",
    "opentelemetry-exporter-otlp-",
    "opentelemetry-exporter-zipkin-",
  };
  static final String[] BUILDERS = {
    "coursier.",
    "org.apache.maven.",
    "org.apache.tools.ant.",
    "org.codehaus.plexus.classworlds.",
    "org.gradle.",
    "org.jetbrains.kotlin.cli.",
    "sbt.",
    "scala.cli.",
    "scala.tools.nsc.",
    "xsbt.boot.",
  };
  // end of generated

  private Words() {}
}
