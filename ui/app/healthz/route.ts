/** For the kubelet: the process answers. Whether the cluster answers is shown on the page, a restart would not help. */
export const dynamic = 'force-dynamic'

export const GET = (): Response => new Response('ok\n', { headers: { 'Cache-Control': 'no-store' } })
