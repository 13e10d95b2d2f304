import type { ProcessSnapshot } from '../proc/process-snapshot.ts'
import type { Match, Rule } from './rule.ts'
import { baseName, STRENGTH } from './rule.ts'

/** Infrastructure programs, by name. Servers on a runtime (Kafka, RabbitMQ …) are in that runtime's rule. */
const NAMES = new Set(
  `mysqld mariadbd postgres psql redis-server redis-sentinel redis-check-rdb redis-check-aof valkey-server valkey-sentinel keydb-server dragonfly mongod
  mongos memcached clickhouse clickhouse-server cockroach influxd etcd consul vault nats-server sqlservr oracle envoy
  pilot-agent haproxy traefik caddy httpd apache2 nginx openresty tengine angie varnishd squid coredns prometheus
  alertmanager grafana grafana-server loki tempo jaeger fluent-bit vector telegraf linkerd2-proxy linkerd-proxy daprd
  cloud_sql_proxy cloud-sql-proxy vault-agent node_exporter sshd crond cron dnsmasq minio registry pgbouncer
  proxysql mosquitto slapd bind named keepalived promtail metrics-server kube-proxy kubelet containerd`.split(/\s+/),
)
const PATTERNS = [/^otelcol/, /^opentelemetry-collector/, /^(httpd|apache2)-/, /^postgres[0-9.]*$/, /^mysqld/]

/** A user's program can have such a name; a Go program reveals its module. */
const isSomeoneElses = ({ elf }: ProcessSnapshot, name: string): boolean => {
  const main = elf?.go?.main
  const stem = name.split(/[-_]/)[0] ?? name
  return main !== undefined && !main.toLowerCase().includes(stem)
}

const match = (process: ProcessSnapshot): Match | undefined => {
  const name = baseName(process.exe)
  const isKnown = NAMES.has(name) || PATTERNS.some((pattern) => pattern.test(name))
  if (!isKnown || isSomeoneElses(process, name)) return undefined
  // Debian's redis-server is a link to redis-check-rdb.
  const called = NAMES.has(process.comm) ? process.comm : name
  return { strength: STRENGTH.role, role: 'infrastructure', name: called, evidence: `exe ${process.exe}` }
}

export const infrastructure: Rule = { language: 'infrastructure', match }
