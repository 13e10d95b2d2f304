/** CoreDNS as a Deployment behind the Service that the kubelet configures in every pod. */
import { NETWORK } from './settings.ts'

const NAME = 'coredns'
const META = { name: NAME, namespace: 'kube-system' }
const LABELS = { 'k8s-app': 'kube-dns' }

// Nothing is forwarded: the cluster has no route out, and external names fail immediately.
const COREFILE = `.:5353 {
  errors
  health :8080 {
    lameduck 0s
  }
  ready :8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    pods insecure
    ttl 5
  }
  cache 5
  loadbalance
}
`

const container = (image: string): object => ({
  name: NAME,
  image,
  imagePullPolicy: 'IfNotPresent',
  args: ['-conf', '/etc/coredns/Corefile'],
  ports: [
    { name: 'dns', containerPort: 5353, protocol: 'UDP' },
    { name: 'dns-tcp', containerPort: 5353, protocol: 'TCP' },
  ],
  readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
  livenessProbe: { httpGet: { path: '/health', port: 8080 }, initialDelaySeconds: 30 },
  resources: { requests: { cpu: '10m', memory: '30Mi' }, limits: { memory: '170Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
  },
  volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
})

const ROLE_RULES = [
  { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
]

/** All objects of the cluster's DNS. */
export const dnsObjects = (image: string): object[] => [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: META },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'system:coredns' },
    rules: ROLE_RULES,
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'system:coredns' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
    subjects: [{ kind: 'ServiceAccount', ...META }],
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: META, data: { Corefile: COREFILE } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...META, labels: LABELS },
    spec: {
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          serviceAccountName: NAME,
          priorityClassName: 'system-cluster-critical',
          dnsPolicy: 'Default',
          containers: [container(image)],
          volumes: [{ name: 'config', configMap: { name: NAME } }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system', labels: LABELS },
    spec: {
      clusterIP: NETWORK.dnsService,
      selector: LABELS,
      ports: [
        { name: 'dns', port: 53, targetPort: 'dns', protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, targetPort: 'dns-tcp', protocol: 'TCP' },
      ],
    },
  },
]
