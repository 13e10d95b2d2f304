import { isLess } from '../../api/types/quantity.ts'

export { isLess, parseQuantity } from '../../api/types/quantity.ts'

/** Whether `a` is more than `b`; sums of fractions are not exact. */
export const isMore = (a: number, b: number): boolean => a > b * (1 + 1e-12)

/** The smaller of two quantities as it was written; `a` where one cannot be read. */
export const smallerQuantity = (a: string, b: string): string => (isLess(b, a) ? b : a)

/** Sums of fractions are not exact: 350.00000000000006 is 350. */
const ceiling = (amount: number): number => Math.ceil(Number(amount.toPrecision(12)))

/** An amount as a quantity, rounded up: thousandths of a CPU, Mi where the bytes are whole ones, else the number. */
export const formatAmount = (resource: string, amount: number): string => {
  if (resource === 'cpu') return `${ceiling(amount * 1000)}m`
  const mebibytes = amount / 2 ** 20
  return mebibytes > 0 && Number.isInteger(mebibytes) ? `${mebibytes}Mi` : String(ceiling(amount))
}
