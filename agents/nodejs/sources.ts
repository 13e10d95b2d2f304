/** Changes to sources of packages in the bundle, where an instrumentation changes what the application sees. */
import type { Plugin } from 'esbuild'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Change {
  /** Files, of all generations of the SDK. */
  filter: RegExp
  /** Each text must be there, or the build fails. */
  replacements: readonly (readonly [from: RegExp, to: string])[]
}

const CHANGES: readonly Change[] = [
  // All copies of the API in the bundle have a registry of their own.
  {
    filter: /@opentelemetry\/api(-logs)?\/(build|dist)\/.*global-utils\.c?js$/,
    replacements: [[/opentelemetry\.js\.api/g, 'odigos.opentelemetry.js.api']],
  },
  // A wrapped function has name and number of parameters of the original: libraries decide by them.
  {
    filter: /(\/shimmer\/index|@opentelemetry\/instrumentation\/(build|dist)\/.*shimmer)\.c?js$/,
    replacements: [
      [
        /(?:const|var) wrapped = wrapper\(original, name\);?/,
        `const wrapped = wrapper(original, name);
for (const key of ['name', 'length']) {
  if (wrapped[key] !== original[key]) Object.defineProperty(wrapped, key, { value: original[key], configurable: true });
}`,
      ],
    ],
  },
  // Headers may be an array, which is no object of them.
  {
    filter: /@opentelemetry\/instrumentation-http\/(build\/src|dist)\/http\.c?js$/,
    replacements: [
      [/Object\.assign\(\{\}, optionsParsed\.headers\)/, 'require("odigos:headers").copyOf(optionsParsed.headers)'],
      [
        /\.inject\(requestContext, optionsParsed\.headers\)/,
        '.inject(requestContext, optionsParsed.headers, require("odigos:headers").setter)',
      ],
      // No listeners of ours: applications count them, and Node.js warns of too many. An answer that nobody listens for
      // is read to its end by Node.js itself.
      [/request\.prependListener\(["']response["'], /, 'require("odigos:context").observe(request, "response", '],
      [/request\.listenerCount\(["']response["']\) <= 1/, 'false'],
      [
        /(re(?:quest|sponse))\.on\((["'](?:close|end)["']|events(?:_1)?\.errorMonitor), /g,
        'require("odigos:context").observe($1, $2, ',
      ],
    ],
  },
  {
    filter: /@opentelemetry\/instrumentation-pg\/(build\/src|dist)\/instrumentation\.c?js$/,
    replacements: [[/pgPool\.on\(/g, 'require("odigos:context").observe(pgPool, ']],
  },
  {
    filter: /@opentelemetry\/instrumentation-mysql\/(build\/src|dist)\/instrumentation\.c?js$/,
    replacements: [[/pool\.on\(/g, 'require("odigos:context").observe(pool, ']],
  },
  // Trailers and flags of an answer are arguments after the value.
  {
    filter: /@opentelemetry\/instrumentation-grpc\/(build|dist)\/.*serverUtils\.c?js$/,
    replacements: [
      [/const patchedCallback = \(err, value\) =>/, 'const patchedCallback = (err, value, ...rest) =>'],
      [/return callback\(err, value\)/, 'return callback(err, value, ...rest)'],
    ],
  },
  // The application's metadata, which it may use for other calls, stays as it is.
  {
    filter: /@opentelemetry\/instrumentation-grpc\/(build|dist)\/.*clientUtils\.c?js$/,
    replacements: [
      [/metadata = args\[metadataIndex\]/, 'metadata = args[metadataIndex] = args[metadataIndex].clone()'],
    ],
  },
]

/** Attributes are values, made for each of each span, and the set is needed for objects only. Not in all generations. */
const CHEAPER: Change = {
  filter: /@opentelemetry\/core\/.*\/attributes\.c?js$/,
  replacements: [
    [
      /isAnyValueInternal\(val, (?:\/\* @__PURE__ \*\/ )?new WeakSet\(\)\)/,
      'isAnyValueInternal(val, typeof val === "object" ? new WeakSet() : undefined)',
    ],
  ],
}

const changed = (text: string, { replacements }: Change, path: string | undefined): string =>
  replacements.reduce((rest, [from, to]) => {
    if (path !== undefined && rest.search(from) < 0) throw new Error(`${path} has changed: ${from}`)
    return rest.replace(from, to)
  }, text)

export const changedSources: Plugin = {
  name: 'changed-sources',
  setup: (build) => {
    for (const change of [...CHANGES, CHEAPER]) {
      build.onLoad({ filter: change.filter }, async ({ path }) => ({
        contents: changed(await readFile(path, 'utf8'), change, change === CHEAPER ? undefined : path),
        loader: 'js',
      }))
    }
    build.onLoad({ filter: /@opentelemetry\/api\/(build\/src|dist)\/context\/context\.c?js$/ }, async () => ({
      contents: await readFile(join(import.meta.dirname, 'base-context.cjs'), 'utf8'),
      loader: 'js',
    }))
  },
}
