/**
 * Why a collector would not use the value of a secret unchanged, or undefined. It reads values from the environment and
 * expands `${…}` and `$$` in them; HTTP and gRPC reject headers with a line break.
 */
export const secretValueFault = (value: string): string | undefined => {
  if (value === '') return 'is empty'
  if (/[\r\n]/.test(value.trimEnd()) && !value.includes('-----BEGIN ')) return 'contains a line break'
  if (/[\r\n]$/.test(value)) return 'ends with a line break'
  return value.includes('$$') || value.includes('${') ? 'contains $$ or ${, which a collector would expand' : undefined
}
