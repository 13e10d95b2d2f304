import assert from 'node:assert/strict'
import { effectiveConfig } from '../../../../../src/api/kinds/odigos-config.ts'
import { optOutReason } from '../../../../../src/controllers/instrumentor/decision/opt-in.ts'

const label = (value?: string) => (value ? { 'odigos-instrumentation': value } : {})

describe('opting in', () => {
  const cases: [string, { workload?: string; namespace?: string; name?: string; mode?: string }, string | undefined][] =
    [
      ['no label', {}, 'NotOptedIn'],
      ['namespace enabled', { namespace: 'enabled' }, undefined],
      ['namespace disabled', { namespace: 'disabled' }, 'OptedOut'],
      ['workload enabled alone', { workload: 'enabled' }, undefined],
      ['workload disabled in an enabled namespace', { workload: 'disabled', namespace: 'enabled' }, 'OptedOut'],
      ['workload enabled in a disabled namespace', { workload: 'enabled', namespace: 'disabled' }, undefined],
      ['a value that is not understood says nothing', { workload: 'yes', namespace: 'enabled' }, undefined],
      ['opt-out mode without label', { mode: 'OptOut' }, undefined],
      ['opt-out mode, disabled', { mode: 'OptOut', namespace: 'disabled' }, 'OptedOut'],
      ...[
        'calico-system',
        'cilium',
        'istio-system',
        'linkerd',
        'cert-manager',
        'rook-ceph',
        'longhorn-system',
        'gatekeeper-system',
        'kyverno',
        'openshift',
        'openshift-sdn',
        'gke-managed-system',
      ].map((name): (typeof cases)[number] => [`opt-out mode, ${name}`, { mode: 'OptOut', name }, 'NotOptedIn']),
      ...['calico', 'istio-demo', 'opa-shop', 'my-cert-manager', 'cilium_x', 'openshifter'].map(
        (name): (typeof cases)[number] => [`opt-out mode, ${name}`, { mode: 'OptOut', name }, undefined],
      ),
      ['infrastructure with a label', { mode: 'OptOut', name: 'istio-system', namespace: 'enabled' }, undefined],
      [
        'a workload of infrastructure with a label',
        { mode: 'OptOut', name: 'istio-system', workload: 'enabled' },
        undefined,
      ],
      ['kube-system, whatever its label', { name: 'kube-system', namespace: 'enabled' }, 'IgnoredNamespace'],
      ['our own namespace', { name: 'odigos-system', workload: 'enabled' }, 'IgnoredNamespace'],
      ['an ignored namespace', { name: 'secret', namespace: 'enabled' }, 'IgnoredNamespace'],
    ]
  for (const [title, { workload, namespace, name = 'shop', mode = 'OptIn' }, expected] of cases) {
    it(title, () => {
      const settings = effectiveConfig({ mode, ignoredNamespaces: ['secret'] })
      assert.equal(optOutReason(label(workload), { name, labels: label(namespace) }, settings), expected)
    })
  }
})
