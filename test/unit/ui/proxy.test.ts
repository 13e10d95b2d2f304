import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'

/** Next resolves this name itself; its package does not export it to Node.js. */
registerHooks({ resolve: (name, context, next) => next(name === 'next/server' ? 'next/server.js' : name, context) })

type Proxy = (request: object) => Response

/** As Next hands requests over: `nextUrl` has the pathname that it made of the path. */
const requestOf = (path: string, pathname: string, host: string): object => ({
  url: `http://${host}${path}`,
  nextUrl: { pathname },
  headers: new Headers({ host }),
})

describe('the proxy before every route', () => {
  let proxy: Proxy
  before(async () => {
    const module = (await import(new URL('../../../ui/proxy.ts', import.meta.url).href)) as { proxy: Proxy }
    proxy = module.proxy
  })
  const paths: [path: string, pathname: string][] = [
    ['/', '/'],
    ['/healthz', '/healthz'],
    // Next takes these for data of /healthz, and still routes by the whole path.
    ['/healthz.rsc', '/healthz'],
    ['/_next/data/build/healthz.json', '/healthz'],
  ]
  for (const [path, pathname] of paths) {
    it(`refuses a foreign Host at ${path}`, () =>
      assert.equal(proxy(requestOf(path, pathname, 'evil.example')).status, 403))
    it(`answers its own Host at ${path}, with the headers that protect the browser`, () => {
      const response = proxy(requestOf(path, pathname, 'localhost:3000'))
      assert.equal(response.status, 200)
      assert.match(response.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    })
  }
})
