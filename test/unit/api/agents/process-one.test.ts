import assert from 'node:assert/strict'
import { findInit, findReach } from '../../../../src/api/agents/process-one.ts'

describe('process 1', () => {
  for (const [argv, init] of [
    [['/init'], '/init'],
    [['/sbin/init'], '/sbin/init'],
    [['/lib/systemd/systemd', '--unit=x'], '/lib/systemd/systemd'],
    [['/usr/bin/s6-svscan', '/etc/s6'], '/usr/bin/s6-svscan'],
    [['/sbin/my_init', '--', 'app'], '/sbin/my_init'],
    [['runit-init'], 'runit-init'],
    [['tini', '--', 'app'], 'tini'],
    [['/sbin/tini', '-v', 'app', '-s'], '/sbin/tini'],
    [['sh', '-c', 'mkdir -p /run/s6 && exec /init'], '/init'],
    [['bash', '-ec', 'A=1 exec "/sbin/tini" -- app'], '/sbin/tini'],
    [['tini', '-s', '--', 'app'], undefined],
    [['/tini', '-vs', 'app'], undefined],
    [['dumb-init', 'app'], undefined],
    [['supervisord', '-n'], undefined],
    [['terraform', 'init'], undefined],
    [['sh', '-c', 'vault init; echo /init.d'], undefined],
    [[], undefined],
  ] as [string[], string | undefined][]) {
    it(`${argv.join(' ')}: ${init ?? 'may be any process'}`, () => assert.equal(findInit(argv), init))
  }

  for (const argv of [
    ['kill', '1'],
    ['/bin/kill', '-QUIT', '1'],
    ['kill', '-s', 'TERM', '1'],
    ['sh', '-c', 'sleep 5; kill -USR1 1'],
    ['sh', '-c', 'if [ -f /x ]; then kill -HUP 1; fi'],
    ['sh', '-c', 'kill -TERM -1'],
    ['sh', '-c', 'kill -0 1 || exit 1'],
    ['sh', '-c', 'nginx -s quit; while kill -0 "1"; do sleep 1; done'],
    ['busybox', 'kill', '1'],
    ['sh', '-c', 'killall5 -15'],
    ['cat', '/proc/1/status'],
    ['sh', '-c', 'exec app > /proc/1/fd/1 2>&1'],
    ['test', '-e', '/proc/1'],
    ['/proc/1/fd/2'],
    ['jcmd', '1', 'GC.run'],
    ['sh', '-c', 'jstack 1 > /tmp/x'],
    ['gdb', '--pid=1'],
    ['nsenter', '-t1', 'true'],
    ['tail', '--pid=1', '-f', '/dev/null'],
    ['python', '-c', 'import os; os.kill(1, 15)'],
    ['node', '-e', 'process.kill(1,"SIGTERM")'],
    ['sh', '-c', '[ $$ -eq 1 ] || exit 1'],
    ['sh', '-c', '[ "$$" = "1" ] && exec app'],
  ]) {
    it(`is reached by ${argv.join(' ')}`, () => assert.ok(findReach(argv)))
  }

  for (const argv of [
    ['kill', '-1', '42'],
    ['kill', '-9', '10'],
    ['sh', '-c', 'kill -QUIT $(cat /run/nginx.pid)'],
    ['sh', '-c', 'sleep 1; curl -sf http://localhost:1/ready'],
    ['head', '-n', '1', '/etc/hosts'],
    ['cat', '/proc/10/status', '/proc/self/status', '/proc/1234'],
    ['skill', '1'],
    ['pgrep', '-f', 'app'],
    ['sh', '-c', 'echo $$ > /run/pid'],
    ['sh'],
    [],
  ]) {
    it(`is not reached by ${argv.join(' ')}`, () => assert.equal(findReach(argv), undefined))
  }

  it('is named shortly', () => assert.equal(findReach(['sh', '-c', `kill 1 ${'x'.repeat(500)}`])?.length, 80))
})
