/** What the Node.js agent's build makes of the packages: the table of instrumentations, and packages that load when used. */
import type { Plugin } from 'esbuild'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { run } from '../../tools/step.ts'

/** Loaded when used: few applications send by them. */
const LAZY =
  /^@opentelemetry\/(exporter-(?!trace-otlp-proto$|jaeger$).*|propagator-.*|configuration|sdk-logs|sdk-metrics|otlp-grpc-exporter-base)$/

const REQUIRE_HOOKS = ['build/src', 'dist'].flatMap((folder) =>
  ['js', 'cjs'].map((suffix) => `${folder}/platform/node/RequireInTheMiddleSingleton.${suffix}`),
)

/** Names and modules of all instrumentations: asked of the packages themselves. */
const LIST = `
const { createRequire } = require('module')
const { readFileSync } = require('fs')
const from = createRequire(process.argv[1] + '/')
const all = require(from.resolve('@opentelemetry/auto-instrumentations-node')).getNodeAutoInstrumentations()
console.log('TABLE ' + JSON.stringify(all.map((each) => ({
  name: each.instrumentationName.replace('@opentelemetry/instrumentation-', ''),
  package: each.instrumentationName,
  className: each.constructor.name,
  modules: [...new Set((each.getModuleDefinitions?.() ?? []).map((module) => module.name))],
}))))
process.exit(0)`

interface Row {
  name: string
  package: string
  className: string
  modules: string[]
}

/** Source of the module with the table; each instrumentation is evaluated when its `load` is called. */
const tableSource = async (work: string): Promise<string> => {
  const manifest = JSON.parse(
    await readFile(join(work, 'node_modules/@opentelemetry/auto-instrumentations-node/package.json'), 'utf8'),
  ) as { dependencies: Record<string, string> }
  const names = Object.keys(manifest.dependencies)
    .filter((name) => name.startsWith('@opentelemetry/instrumentation-'))
    .map((name) => name.replace('@opentelemetry/instrumentation-', ''))
  const output = await run('node', ['-e', LIST, work], {
    env: { ...process.env, OTEL_NODE_ENABLED_INSTRUMENTATIONS: names.join(','), NODE_OPTIONS: '' },
  })
  const rows = JSON.parse(/^TABLE (.*)$/m.exec(output)?.[1] ?? '[]') as Row[]
  if (rows.length === 0) throw new Error('no instrumentations found')
  const entries = rows.map(
    (row) =>
      `  { name: ${JSON.stringify(row.name)}, modules: ${JSON.stringify(row.modules)}, load: () => require(${JSON.stringify(row.package)}).${row.className} },`,
  )
  return `module.exports = [\n${entries.join('\n')}\n]\n`
}

const lazySource = (name: string): string =>
  `let real; module.exports = new Proxy({}, { get: (_target, key) => key === '__esModule' || (real ??= require(${JSON.stringify(`real:${name}`)}))[key] })`

/** The modules `odigos:…`, and lazy packages. */
export const agentModules = async (work: string): Promise<Plugin> => {
  const table = await tableSource(work)
  const base = join(work, 'node_modules/@opentelemetry/instrumentation')
  const requireHook = REQUIRE_HOOKS.map((file) => join(base, file)).find((file) => existsSync(file))
  if (!requireHook) throw new Error('the hook of require is not where it was')
  return {
    name: 'agent-modules',
    setup: (build) => {
      build.onResolve({ filter: /^odigos:require-hook$/ }, () => ({ path: requireHook }))
      build.onResolve({ filter: /^odigos:instrumentations$/ }, ({ path }) => ({ path, namespace: 'table' }))
      build.onLoad({ filter: /.*/, namespace: 'table' }, () => ({ contents: table, resolveDir: work }))
      build.onResolve({ filter: /^@opentelemetry\// }, ({ path, resolveDir }) =>
        LAZY.test(path) ? { path, namespace: 'lazy', pluginData: resolveDir } : undefined,
      )
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData }) => ({
        contents: lazySource(path),
        resolveDir: pluginData as string,
      }))
      build.onResolve({ filter: /^odigos:(headers|context)$/ }, ({ path }) => ({
        path: join(work, `${path.slice('odigos:'.length)}.cjs`),
      }))
      build.onResolve({ filter: /^real:/ }, ({ path, resolveDir }) => ({
        path: createRequire(join(resolveDir, 'file.cjs')).resolve(path.slice('real:'.length)),
      }))
    },
  }
}
