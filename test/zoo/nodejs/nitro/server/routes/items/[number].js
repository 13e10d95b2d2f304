export default defineEventHandler((event) => ({ number: getRouterParam(event, 'number') }))
