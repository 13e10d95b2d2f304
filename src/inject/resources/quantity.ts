import { isLess } from '../../api/types/quantity.ts'

export { isLess, parseQuantity } from '../../api/types/quantity.ts'

/** Whether `a` is more than `b`, with a tolerance: sums of fractions are not exact. */
export const isMore = (a: number, b: number): boolean => a > b * (1 + 1e-12)

/** The smaller of two quantities as written; `a` if either cannot be parsed. */
export const smallerQuantity = (a: string, b: string): string => (isLess(b, a) ? b : a)

/** Sums of fractions are not exact: 350.00000000000006 is 350. */
const ceiling = (amount: number): number => Math.ceil(Number(amount.toPrecision(12)))

/** An amount as a quantity, rounded up: millicores, Mi for whole mebibytes, else the plain number. */
export const formatAmount = (resource: string, amount: number): string => {
  if (resource === 'cpu') return `${ceiling(amount * 1000)}m`
  const mebibytes = amount / 2 ** 20
  return mebibytes > 0 && Number.isInteger(mebibytes) ? `${mebibytes}Mi` : String(ceiling(amount))
}
