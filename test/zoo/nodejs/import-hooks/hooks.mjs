export const resolve = (specifier, context, next) =>
  next(specifier === 'virtual:name' ? './name.mjs' : specifier, context)
