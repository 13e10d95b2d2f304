export default defineEventHandler(() => {
  throw createError({ statusCode: 500, message: 'on purpose' })
})
