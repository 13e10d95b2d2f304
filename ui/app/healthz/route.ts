/** Reports to the kubelet that the process responds. A restart would not help with an unreachable API server, so the page shows that. */
export const dynamic = 'force-dynamic'

export const GET = (): Response => new Response('ok\n', { headers: { 'Cache-Control': 'no-store' } })
