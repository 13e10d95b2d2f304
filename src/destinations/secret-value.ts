/**
 * Why a collector would not use the value of a secret as it stands, or undefined. Values reach it by the environment,
 * where it expands `${…}` and turns `$$` into `$`; a line break is refused by HTTP and gRPC in a header.
 */
export const secretValueFault = (value: string): string | undefined => {
  if (value === '') return 'is empty'
  if (/[\r\n]/.test(value.trimEnd()) && !value.includes('-----BEGIN ')) return 'has a line break'
  if (/[\r\n]$/.test(value)) return 'ends with a line break'
  return value.includes('$$') || value.includes('${') ? 'holds $$ or ${, which a collector would change' : undefined
}
