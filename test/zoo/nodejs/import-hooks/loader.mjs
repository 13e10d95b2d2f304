export const load = async (url, context, next) => {
  const result = await next(url, context)
  return url.endsWith('/name.mjs') ? { ...result, source: String(result.source).replace('unnamed', 'named') } : result
}
