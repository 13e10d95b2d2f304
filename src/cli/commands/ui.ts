/** `odigos ui`: forwards a port to the UI, and opens it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { KubeObject } from '../../api/kubernetes.ts'
import { COMPONENT_LABEL } from '../../api/names.ts'
import { asFields } from '../../api/types/fields.ts'
import { listObjects } from '../../kube/http/list-objects.ts'
import { forwardSocket } from '../../kube/port-forward.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { Answer } from '../answer.ts'
import { CliError } from '../answer.ts'
import type { Register } from '../command.ts'
import type { Session } from '../session.ts'

/** Port of the UI in its pod, and of this machine unless another is asked for. */
const UI_PORT = 3000

interface Options {
  port: string
  open: boolean
}

const isReady = ({ status }: KubeObject & { status?: unknown }): boolean => {
  const { conditions } = asFields(status)
  return (
    Array.isArray(conditions) &&
    conditions.some((each) => asFields(each)['type'] === 'Ready' && asFields(each)['status'] === 'True')
  )
}

/** A pod that is ready now: a pod that is replaced does not end the session. */
const readyPod = async ({ client, systemNamespace }: Session): Promise<string> => {
  const pods = await listObjects(await client(), RESOURCES.pods, {
    namespace: systemNamespace,
    labelSelector: `${COMPONENT_LABEL}=ui`,
  })
  const found = pods.find(isReady)
  if (!found)
    throw new CliError(
      `no pod of the UI is ready in the namespace ${systemNamespace}`,
      `kubectl get pods -n ${systemNamespace} -l ${COMPONENT_LABEL}=ui`,
    )
  return found.metadata.name
}

const listen = async (server: Server, port: number): Promise<number> => {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    throw new CliError(
      `port ${port} cannot be used: ${(error as NodeJS.ErrnoException).code}`,
      isTaken ? 'Choose another one with --port, or 0 for any.' : undefined,
    )
  }
  return (server.address() as AddressInfo).port
}

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', linux: 'xdg-open' }

/** Who has no browser reads the address. */
const openBrowser = (url: string): void => {
  const opener = OPENERS[process.platform]
  if (opener)
    spawn(opener, [url], { stdio: 'ignore', detached: true })
      .on('error', () => undefined)
      .unref()
}

const portOf = (text: string): number => {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new CliError(`--port ${text} is no port number`)
  return port
}

const ui = async (session: Session, { port, open }: Options): Promise<Answer> => {
  const config = await session.config()
  await readyPod(session)
  const forward = async (socket: Socket): Promise<void> => {
    try {
      const pod = await readyPod(session)
      await forwardSocket(config, { namespace: session.systemNamespace, pod, port: UI_PORT }, socket)
    } catch (error) {
      session.tell(`a connection failed: ${(error as Error).message}`)
      socket.destroy()
    }
  }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
    void forward(socket)
  })
  const url = `http://localhost:${await listen(server, portOf(port))}`
  session.tell(`The UI is at ${url} until this command ends (Ctrl+C).`)
  if (open) openBrowser(url)
  if (!session.signal.aborted) await once(session.signal, 'abort')
  for (const socket of sockets) socket.destroy()
  server.close()
  return { data: { url }, text: 'Closed.' }
}

export const registerUi: Register = (program, run) => {
  program
    .command('ui')
    .summary('open the UI')
    .description(
      'Forwards a port of this machine to the UI, and opens it in a browser. No other machine can reach the port.',
    )
    .option('--port <port>', 'port of this machine, or 0 for any', String(UI_PORT))
    .option('--no-open', 'open no browser')
    .action(run(ui))
}
