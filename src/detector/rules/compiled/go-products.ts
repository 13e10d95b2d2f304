/** Go programs that are not the user's, recognized by the path of their main module: anyone may use their names. Pure. */

/** A pattern for modules that start with one of the paths, up to the end of a path element. */
const startingWith = (paths: string): RegExp =>
  new RegExp(
    `^(?:${paths
      .trim()
      .split(/\s+/)
      .join('|')
      .replaceAll('.', String.raw`\.`)})(?:/|$)`,
    'i',
  )

/** Programs that start another and remain its parent: privileges, secrets, schedules, several processes, development. */
export const WRAPPER_MODULES = startingWith(`
  github.com/tianon/gosu github.com/jwilder/dockerize github.com/powerman/dockerize github.com/karlkfi/kubexit
  github.com/segmentio/chamber github.com/hashicorp/envconsul github.com/hashicorp/consul-template
  github.com/bank-vaults github.com/banzaicloud/bank-vaults github.com/remind101/ssm-env github.com/Droplr/aws-env
  github.com/doitintl/secrets-init github.com/GoogleCloudPlatform/berglas github.com/cyberark/summon
  github.com/DopplerHQ/cli github.com/Infisical/infisical github.com/getsops/sops go.mozilla.org/sops
  github.com/spectralops/teller github.com/helmfile/vals github.com/99designs/aws-vault
  github.com/kelseyhightower/confd github.com/joyent/containerpilot github.com/tritondatacenter/containerpilot
  github.com/aptible/supercronic github.com/mcuadros/ofelia github.com/webdevops/go-crond github.com/dshearer/jobber
  github.com/basecamp/thruster github.com/roadrunner-server/roadrunner github.com/ochinchina/supervisord
  github.com/DarthSim/overmind github.com/DarthSim/hivemind github.com/mattn/goreman github.com/ddollar/forego
  github.com/F1bonacc1/process-compose github.com/canonical/pebble github.com/buildpacks/lifecycle
  github.com/argoproj/argo-workflows github.com/tektoncd/pipeline github.com/go-delve/delve
  github.com/air-verse/air github.com/cosmtrek/air github.com/cespare/reflex github.com/githubnemo/CompileDaemon
  github.com/gravityblast/fresh github.com/cortesi/modd github.com/odigos-io`)

const PRODUCT_MODULES = startingWith(`
  go.etcd.io/etcd github.com/etcd-io/etcd github.com/coreos/etcd github.com/hashicorp/consul github.com/hashicorp/vault
  github.com/openbao/openbao github.com/hashicorp/nomad github.com/nats-io/nats-server
  github.com/nats-io/nats-streaming-server github.com/cockroachdb/cockroach github.com/influxdata/influxdb
  github.com/influxdata/telegraf istio.io/istio github.com/traefik/traefik github.com/containous/traefik
  github.com/caddyserver/caddy caddy github.com/coredns/coredns github.com/kubernetes/dns k8s.io/dns
  github.com/prometheus/prometheus github.com/prometheus/alertmanager github.com/prometheus/node_exporter
  github.com/prometheus/pushgateway github.com/prometheus/blackbox_exporter github.com/VictoriaMetrics/VictoriaMetrics
  github.com/thanos-io/thanos github.com/cortexproject/cortex github.com/grafana/grafana github.com/grafana/loki
  github.com/grafana/tempo github.com/grafana/mimir github.com/grafana/agent github.com/grafana/alloy
  github.com/jaegertracing/jaeger github.com/dapr/dapr github.com/linkerd/linkerd2
  github.com/GoogleCloudPlatform/cloudsql-proxy github.com/GoogleCloudPlatform/cloud-sql-proxy github.com/minio/minio
  github.com/distribution/distribution github.com/docker/distribution github.com/goharbor/harbor
  sigs.k8s.io/metrics-server k8s.io/kubernetes k8s.io/kube-state-metrics k8s.io/ingress-nginx
  github.com/k3s-io/k3s github.com/containerd/containerd github.com/moby/moby github.com/docker/docker
  github.com/osrg/gobgp github.com/cilium/cilium github.com/dgraph-io/dgraph github.com/weaviate/weaviate
  github.com/milvus-io/milvus github.com/pingcap/tidb github.com/tikv/pd vitess.io/vitess github.com/rqlite/rqlite
  github.com/open-telemetry/opentelemetry-collector-contrib github.com/open-telemetry/opentelemetry-collector-releases
  go.opentelemetry.io/collector github.com/DataDog/datadog-agent github.com/elastic/beats`)

/** Collectors are often built by their users, under any module path, but keep this beginning of their name. */
const COLLECTOR = /^(?:otelcol|opentelemetry-collector)/

export const isProduct = (name: string, main: string, dependencies: readonly string[]): boolean =>
  PRODUCT_MODULES.test(main) ||
  (COLLECTOR.test(name) && dependencies.some((module) => module.startsWith('go.opentelemetry.io/collector/otelcol@')))
