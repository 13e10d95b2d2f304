/** The cluster's certificate authority, and a certificate and kubeconfig for each part of it. Created anew at every start. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../tools/step.ts'
import { API_URL, CERTIFICATE_DIR, NETWORK, NODE_NAME } from './settings.ts'

interface Subject {
  file: string
  commonName: string
  organisation?: string
  names?: readonly string[]
}

const API_NAMES = [
  'DNS:kubernetes',
  'DNS:kubernetes.default',
  'DNS:kubernetes.default.svc',
  'DNS:kubernetes.default.svc.cluster.local',
  'DNS:localhost',
  'IP:127.0.0.1',
  `IP:${NETWORK.hostAddress}`,
  `IP:${NETWORK.apiService}`,
]

const SUBJECTS: readonly Subject[] = [
  { file: 'apiserver', commonName: 'kube-apiserver', names: API_NAMES },
  { file: 'etcd', commonName: 'etcd', names: ['DNS:localhost', 'IP:127.0.0.1'] },
  { file: 'kubelet-server', commonName: NODE_NAME, names: [`DNS:${NODE_NAME}`, `IP:${NETWORK.nodeAddress}`] },
  { file: 'apiserver-client', commonName: 'kube-apiserver-client', organisation: 'system:masters' },
  { file: 'front-proxy', commonName: 'front-proxy-client' },
  { file: 'admin', commonName: 'odigos-local-admin', organisation: 'system:masters' },
  { file: 'controller-manager', commonName: 'system:kube-controller-manager' },
  { file: 'scheduler', commonName: 'system:kube-scheduler' },
  { file: 'kube-proxy', commonName: 'system:kube-proxy' },
  { file: 'kubelet', commonName: `system:node:${NODE_NAME}`, organisation: 'system:nodes' },
]

/** Path of a certificate or key, by the subject's file name. */
export const pki = (file: string): string => join(CERTIFICATE_DIR, file)

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
const YEAR_DAYS = '365'

const certify = (subject: Subject): Promise<string> => {
  const organisation = subject.organisation === undefined ? '' : `/O=${subject.organisation}`
  const extensions = ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=serverAuth,clientAuth']
  if (subject.names !== undefined) extensions.push(`subjectAltName=${subject.names.join(',')}`)
  const issue = ['req', '-x509', '-CA', pki('ca.crt'), '-CAkey', pki('ca.key'), '-days', YEAR_DAYS, ...EC_KEY]
  const output = ['-keyout', pki(`${subject.file}.key`), '-out', pki(`${subject.file}.crt`)]
  return run('openssl', [
    ...issue,
    '-subj',
    `${organisation}/CN=${subject.commonName}`,
    ...extensions.flatMap((line) => ['-addext', line]),
    ...output,
  ])
}

const base64 = async (file: string): Promise<string> => (await readFile(pki(file))).toString('base64')

/** A kubeconfig with embedded certificate and key, as JSON (which is valid YAML). */
const kubeconfigFor = async (file: string): Promise<string> =>
  JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: NODE_NAME, cluster: { server: API_URL, 'certificate-authority-data': await base64('ca.crt') } },
      ],
      users: [
        {
          name: file,
          user: {
            'client-certificate-data': await base64(`${file}.crt`),
            'client-key-data': await base64(`${file}.key`),
          },
        },
      ],
      contexts: [{ name: NODE_NAME, context: { cluster: NODE_NAME, user: file } }],
      'current-context': NODE_NAME,
    },
    undefined,
    2,
  )

/** Path of the kubeconfig of one part of the cluster. */
export const partKubeconfig = (file: string): string => pki(`${file}.kubeconfig`)

/** Writes authority, certificates, the service-account key and kubeconfigs; `adminKubeconfig` is the path of the user's. */
export const makeCertificates = async (adminKubeconfig: string): Promise<void> => {
  await mkdir(CERTIFICATE_DIR, { recursive: true, mode: 0o700 })
  const authority = [
    'req',
    '-x509',
    '-days',
    YEAR_DAYS,
    ...EC_KEY,
    '-subj',
    '/CN=odigos-local-ca',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  ]
  await run('openssl', [...authority, '-keyout', pki('ca.key'), '-out', pki('ca.crt')])
  await run('openssl', ['genrsa', '-out', pki('service-accounts.key'), '2048'])
  await Promise.all(SUBJECTS.map(certify))
  for (const file of ['controller-manager', 'scheduler', 'kube-proxy', 'kubelet'])
    await writeFile(partKubeconfig(file), await kubeconfigFor(file), { mode: 0o600 })
  await writeFile(adminKubeconfig, await kubeconfigFor('admin'), { mode: 0o600 })
}
