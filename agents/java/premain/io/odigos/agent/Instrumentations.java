package io.odigos.agent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Instrumentations that have nothing to do in this process. Each of the 300 costs time at start, with every class that is
 * loaded, and memory.
 */
final class Instrumentations {
  /** Parts of the names of a library's jars or packages, and the instrumentations that nobody else needs. */
  private static final String[][] OF_LIBRARIES = {
    {"activej", "activej-http"}, {"akka", "akka-actor akka-http"}, {"dubbo", "apache-dubbo"},
    {"elasticjob shardingsphere", "apache-elasticjob"}, {"shenyu", "apache-shenyu"}, {"armeria", "armeria armeria-grpc"},
    {"httpclient httpasync httpcore http-client apache/http apache/hc apache/commons",
        "apache-httpclient apache-httpasyncclient"},
    {"async-http-client asynchttpclient ning", "async-http-client"}, {"jex", "avaje-jex"},
    {"aws-lambda amazonaws", "aws-lambda-core aws-lambda-events"}, {"aws-java-sdk amazonaws", "aws-sdk-1.11"},
    {"aws-core sdk-core awssdk software/amazon", "aws-sdk-2.2"},
    {"axis2", "axis2 jaxws-2.0-axis2-1.6"},
    {"azure", "azure-core"}, {"camel", "camel"}, {"cassandra java-driver datastax", "cassandra"},
    {"clickhouse", "clickhouse clickhouse-client"}, {"couchbase core-io java-client", "couchbase"},
    {"dropwizard", "dropwizard-views"},
    {"elasticsearch", "elasticsearch-api-client elasticsearch-rest elasticsearch-transport"},
    {"finagle twitter", "finagle-http"}, {"finatra twitter", "finatra"}, {"geode gemfire", "geode"},
    {"google-http-client google/api", "google-http-client"}, {"grails", "grails"}, {"graphql", "graphql-java"},
    {"grizzly", "grizzly"}, {"grpc", "grpc"}, {"guava google/common", "guava"}, {"gwt", "gwt"}, {"hbase hadoop", "hbase-client"},
    {"helidon", "helidon"}, {"hibernate", "hibernate hibernate-procedure-call hibernate-reactive"}, {"hystrix", "hystrix"},
    {"influx", "influxdb"}, {"javalin", "javalin"}, {"jboss-logmanager jboss/logmanager", "jboss-logmanager-mdc"},
    {"jedis", "jedis"}, {"jetty", "jetty jetty-httpclient"}, {"jfinal", "jfinal"},
    {"jms activemq artemis javaee jakartaee ibm.mq ibm/mq weblogic wlfull wlthin", "jms spring-jms"}, {"jodd", "jodd-http"},
    {"faces jsf mojarra", "jsf-mojarra jsf-myfaces"}, {"jsp jasper", "jsp"},
    {"cxf", "jaxrs-2.0-cxf-3.2 jaxws-2.0-cxf-3.0"},
    {"kafka", "kafka-clients kafka-connect kafka-streams reactor-kafka spring-kafka"},
    {"kotlinx", "kotlinx-coroutines"}, {"ktor", "ktor"}, {"client-java kubernetes", "kubernetes-client"},
    {"lettuce", "lettuce"}, {"ws-server liberty", "liberty liberty-dispatcher"},
    {"log4j apache/logging", "log4j-context-data log4j-mdc"}, {"logback", "logback-mdc"},
    {"metro webservices jaxws sun/xml", "metro"}, {"mongo", "mongo mongo-async"}, {"mybatis ibatis", "mybatis"},
    {"nats", "nats"}, {"netty", "netty"}, {"okhttp", "okhttp"},
    {"openai", "openai-java"}, {"opensearch", "opensearch-java opensearch-rest"},
    {"opentelemetry", "opentelemetry-api opentelemetry-extension-annotations opentelemetry-extension-kotlin"
        + " opentelemetry-instrumentation-annotations opentelemetry-instrumentation-api"},
    {"payara", "payara"}, {"pekko", "pekko-actor pekko-http pekko-remote"}, {"play", "play-mvc play-ws"},
    {"powerjob", "powerjob"}, {"pulsar", "pulsar spring-pulsar"}, {"quarkus", "quarkus-resteasy-reactive"}, {"quartz", "quartz"},
    {"r2dbc", "r2dbc"}, {"amqp rabbit", "rabbitmq spring-rabbit"}, {"ratpack", "ratpack"},
    {"reactor", "reactor reactor-netty"}, {"rediscala redis/", "rediscala"}, {"redisson", "redisson"}, {"restlet", "restlet"},
    {"rocketmq", "rocketmq-client"}, {"rxjava reactivex rx/", "rxjava vertx-rx-java"}, {"scala", "scala-forkjoin"},
    {"servlet tomcat catalina jetty undertow jboss javaee jakartaee", "servlet"}, {"sofa", "sofa-rpc"}, {"spark", "spark"},
    {"spring", "spring-core spring-rmi spring-scheduling spring-security-config spring-web"},
    {"spring-batch springframework/batch", "spring-batch"},
    {"spring-cloud-aws awspring", "spring-cloud-aws"}, {"spring-data springframework/data", "spring-data"},
    {"spring-integration springframework/integration", "spring-integration"},
    {"webflux springframework/web", "spring-webflux"}, {"webmvc springframework/web", "spring-webmvc"},
    {"spring-ws springframework/ws", "spring-ws"},
    {"gateway springframework/cloud", "spring-cloud-gateway"}, {"memcached net/spy", "spymemcached"}, {"struts", "struts"},
    {"tapestry", "tapestry"}, {"thrift", "thrift"}, {"tomcat catalina", "tomcat"}, {"twilio", "twilio"},
    {"undertow", "undertow"}, {"vaadin flow", "vaadin"},
    {"vertx", "vertx-http-client vertx-kafka-client vertx-redis-client vertx-sql-client vertx-web"}, {"wicket", "wicket"},
    {"xxl", "xxl-job"}, {"zio", "zio zio-http"},
  };
  /** Of these, one sends metrics, the other logs, and nothing else. */
  private static final String[] OF_METRICS = {
    "alibaba-druid", "apache-commons-pool", "apache-dbcp", "c3p0", "dropwizard-metrics", "hikaricp", "kafka-clients-metrics",
    "micrometer", "oracle-ucp", "oshi", "redisson-metrics", "runtime-telemetry", "spring-boot-actuator-autoconfigure",
    "tomcat-dbcp", "tomcat-jdbc", "vibur-dbcp",
  };
  private static final String[] OF_LOGS = {
    "java-util-logging", "jboss-logmanager-appender", "log4j-appender", "logback-appender",
  };

  private Instrumentations() {}

  static List<String> withoutUse(Libraries libraries) {
    List<String> unused = new ArrayList<String>();
    if (areMetricsOff()) Collections.addAll(unused, OF_METRICS);
    if (isOff("OTEL_LOGS_EXPORTER")) Collections.addAll(unused, OF_LOGS);
    if (!libraries.areComplete()) return unused;
    for (String[] each : OF_LIBRARIES) {
      if (!isPresent(each[0], libraries)) unused.addAll(Files.split(each[1], ' '));
    }
    return unused;
  }

  static boolean areMetricsOff() {
    return isOff("OTEL_METRICS_EXPORTER");
  }

  private static boolean isOff(String exporter) {
    String users = Settings.ofUser(exporter);
    return "none".equals(users.isEmpty() ? Settings.ofOurs(exporter) : users);
  }

  private static boolean isPresent(String words, Libraries libraries) {
    for (String word : Files.split(words, ' ')) {
      for (String name : libraries.names) {
        if (name.contains(word)) return true;
      }
    }
    return false;
  }
}
