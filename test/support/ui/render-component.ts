/**
 * Renders components of the UI to HTML: esbuild compiles .tsx to JavaScript, and the two modules of Next that components
 * use, which require a running server, are replaced by minimal ones.
 */
import { transformSync } from 'esbuild'
import { readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { ClusterView } from '../../../src/view/view.ts'

const STAND_INS: Record<string, string> = {
  'next/link': `import { createElement } from 'react'
    export default (props) => createElement('a', props)`,
  'next/navigation': `export const useRouter = () => ({ push: () => undefined })
    export const usePathname = () => '/'`,
}

registerHooks({
  resolve: (name, context, next) =>
    name in STAND_INS
      ? { url: new URL(`${name}.stand-in`, import.meta.url).href, shortCircuit: true }
      : next(name, context),
  load: (url, context, next) => {
    const standIn = Object.entries(STAND_INS).find(([name]) => url.endsWith(`/${name}.stand-in`))
    if (standIn) return { format: 'module', source: standIn[1], shortCircuit: true }
    if (!url.endsWith('.tsx')) return next(url, context)
    const { code } = transformSync(readFileSync(fileURLToPath(url), 'utf8'), { loader: 'tsx', jsx: 'automatic' })
    return { format: 'module', source: code, shortCircuit: true }
  },
})

/** Not imported: the types of React would declare browser globals for all tests. */
const require = createRequire(import.meta.url)
const { createElement } = require('react') as {
  createElement: (type: unknown, props: object, child?: unknown) => unknown
}
const { renderToStaticMarkup } = require('react-dom/server') as { renderToStaticMarkup: (element: unknown) => string }

/** Not a static import: the compiler settings of this folder do not support JSX. */
const load = async (file: string, name: string): Promise<unknown> => {
  const url = new URL(`../../../ui/components/${file}`, import.meta.url).href
  return ((await import(url)) as Record<string, unknown>)[name]
}

/** HTML of a component of ui/components on a page with `view`; without the page's notices, and without icons. */
export const renderComponent = async (
  view: ClusterView,
  [file, name]: readonly [file: string, name: string],
  props: object,
): Promise<string> => {
  const component = createElement(await load(file, name), props)
  const withNotices = createElement(await load('notices.tsx', 'NoticeProvider'), {}, component)
  const page = createElement(await load('live.tsx', 'LiveProvider'), { initial: view }, withNotices)
  return renderToStaticMarkup(page)
    .replace(/<div class="notices".*$/, '')
    .replace(/<svg.*?<\/svg>/g, '')
}
