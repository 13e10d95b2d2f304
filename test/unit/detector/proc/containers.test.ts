import assert from 'node:assert/strict'
import { containerIdOf, createContainerIndex, mountedContainerOf } from '../../../../src/detector/proc/containers.ts'

const ID = '49e7e340d60532463315e573ea21fd1f0063e6de966c491e1af4dea3f25aa079'
const NODE_ID = 'f'.repeat(64)
const UID = 'b114e805-2507-45c6-8c47-316c9f27bba5'
const UID_ = UID.replaceAll('-', '_')

const SHAPES: Record<string, string> = {
  'v2 systemd, containerd': `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID_}.slice/cri-containerd-${ID}.scope`,
  'v2 systemd, CRI-O': `0::/kubepods.slice/kubepods-pod${UID_}.slice/crio-${ID}.scope`,
  'v2 systemd, Docker': `0::/kubepods.slice/kubepods-pod${UID_}.slice/docker-${ID}.scope`,
  'v2 cgroupfs': `0::/kubepods/burstable/pod${UID}/${ID}`,
  'v2 cgroupfs, static pod': `0::/kubepods/burstable/pod7260904bb4e0e5d6a8f3c1d2e3f40516/${ID}`,
  'v2 relative': `0::/../cri-containerd-${ID}.scope`,
  'v2 relative, other pod': `0::/../../pod${UID}/${ID}`,
  'colon form': `0::/system.slice/containerd.service/kubepods-burstable-pod${UID_}.slice:cri-containerd:${ID}`,
  'nested in a node that is a container': `0::/docker/${NODE_ID}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${UID_}.slice/cri-containerd-${ID}.scope`,
  'v1 and hybrid': [
    '0::/system.slice/containerd.service',
    `9:name=systemd:/odigos-local/pods/kubepods/burstable/pod${UID}/${ID}`,
    `4:memory:/kubepods/burstable/pod${UID}/${ID}`,
  ].join('\n'),
}

describe('detector: containers', () => {
  for (const [shape, cgroup] of Object.entries(SHAPES)) {
    it(shape, () => assert.equal(containerIdOf(`${cgroup}\n`), ID))
  }

  it('leaves out the monitor of CRI-O and processes of the host', () => {
    assert.equal(containerIdOf(`0::/kubepods.slice/crio-conmon-${ID}.scope`), undefined)
    assert.equal(containerIdOf('0::/system.slice/containerd.service'), undefined)
    const index = createContainerIndex([{ key: 'k', podUid: UID, containers: [{ name: 'app', containerId: ID }] }])
    const mount = `1 2 0:1 /var/lib/kubelet/pods/${UID}/containers/app/3fa2 /dev/termination-log rw - ext4 /dev/vda rw`
    assert.equal(
      index.find(`0::/kubepods.slice/crio-conmon-${ID}.scope`, () => mount),
      undefined,
    )
  })

  it('believes a mount only where the kubelet makes it, and of the pod that the cgroup names', () => {
    const path = `/lib/kubelet/pods/${UID}/containers/app/3fa2c1`
    const mount = (root: string, at: string): string => `25 20 0:1 ${root} ${at} rw,relatime - ext4 /dev/vda rw`
    const real = mount(path, '/dev/termination-log')
    const index = createContainerIndex([{ key: 'k', podUid: UID, containers: [{ name: 'app', containerId: ID }] }])
    const restarted = (uid: string): string =>
      `0::/kubepods.slice/kubepods-pod${uid}.slice/cri-containerd-${NODE_ID}.scope`
    const other = 'c225f916-3618-46d6-9d58-427d30a38cb6'
    const cases: [cgroup: string, mountinfo: string, expected: string | undefined][] = [
      ['0::/', `24 20 0:1 / / rw - overlay overlay rw\n${real}`, '0/0'],
      [restarted(UID_), real, '0/0'],
      [`0::/kubepods/pod${other}/x/kubepods/pod${UID}/${NODE_ID}`, real, '0/0'],
      [restarted(other.replaceAll('-', '_')), real, undefined],
      ['0::/', mount(path, '/data'), undefined],
      ['0::/', mount('/x', `/data${path}/dev/termination-log`), undefined],
      ['0::/', mount(`${path}/more`, '/dev/termination-log'), undefined],
    ]
    for (const [cgroup, mountinfo, expected] of cases) {
      assert.equal(
        index.find(cgroup, () => mountinfo),
        expected,
      )
    }
  })

  it('falls back to the mounts of the kubelet, and does not mix up app and app2', () => {
    const mountOf = (name: string): string =>
      `25 20 0:1 /lib/kubelet/pods/${UID}/containers/${name}/3fa2c1 /dev/termination-log rw,relatime - ext4 /dev/vda rw`
    assert.deepEqual(mountedContainerOf(mountOf('app2')), { podUid: UID, name: 'app2' })
    const containers = [
      { name: 'app', containerId: ID },
      { name: 'app2', containerId: NODE_ID },
    ]
    const index = createContainerIndex([{ key: 'k', podUid: UID, containers }])
    assert.equal(
      index.find('0::/', () => mountOf('app')),
      '0/0',
    )
    assert.equal(
      index.find('0::/', () => mountOf('app2')),
      '0/1',
    )
    assert.equal(
      index.find('0::/', () => mountOf('app3')),
      undefined,
    )
    assert.equal(
      index.find(SHAPES['v2 cgroupfs'] ?? '', () => assert.fail('not needed')),
      '0/0',
    )
  })
})
