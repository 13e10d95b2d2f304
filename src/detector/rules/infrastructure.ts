import type { ProcessSnapshot } from '../proc/process-snapshot.ts'
import type { Match, Rule } from './rule.ts'
import { baseName, STRENGTH } from './rule.ts'

/**
 * Infrastructure programs, by name. Servers on a runtime (Kafka, RabbitMQ …) are in that runtime's rule, those in Go in the
 * rule of Go, which knows their modules.
 */
const NAMES = new Set(
  `mysqld mariadbd postgres psql redis-server redis-sentinel redis-check-rdb redis-check-aof valkey-server valkey-sentinel
  keydb-server dragonfly mongod mongos memcached clickhouse clickhouse-server sqlservr oracle envoy haproxy httpd apache2
  nginx openresty tengine angie varnishd squid fluent-bit vector linkerd2-proxy linkerd-proxy sshd crond cron dnsmasq
  pgbouncer proxysql mosquitto slapd named keepalived`.split(/\s+/),
)
const PATTERNS = [/^(httpd|apache2)-/, /^postgres[0-9.]*$/, /^mysqld/]

const match = (process: ProcessSnapshot): Match | undefined => {
  // None of them is written in Go: it is a user's program of that name.
  if (process.elf?.go) return undefined
  const name = baseName(process.exe)
  const isKnown = NAMES.has(name) || PATTERNS.some((pattern) => pattern.test(name))
  if (!isKnown) return undefined
  // Debian's redis-server is a link to redis-check-rdb.
  const called = NAMES.has(process.comm) ? process.comm : name
  return { strength: STRENGTH.role, role: 'infrastructure', name: called, evidence: `exe ${process.exe}` }
}

export const infrastructure: Rule = { language: 'infrastructure', match }
