import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildProgram } from '../../toolchain/build.ts'
import { defineImage } from '../../../tools/image.ts'

/**
 * The sidecar for Go: `go.opentelemetry.io/auto`, a static program that finds its target through a shared PID namespace, and
 * the supervisor that starts it.
 */
export default defineImage({
  name: 'agent-go-ebpf',
  base: 'base',
  inputs: [
    'deploy/toolchain/programs.ts',
    'deploy/toolchain/go-ebpf',
    'deploy/toolchain/go-supervisor',
    'deploy/images/agent-go-ebpf',
  ],
  assemble: async (contextDir) => {
    const agent = join(await buildProgram('go-ebpf'), 'otel-go-instrumentation')
    await copyFile(agent, join(contextDir, 'otel-go-instrumentation'))
    await copyFile(join(await buildProgram('go-supervisor'), 'supervisor'), join(contextDir, 'supervisor'))
  },
})
