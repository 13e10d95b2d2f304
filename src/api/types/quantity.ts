const SUFFIXES: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

const QUANTITY = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eE]([+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/

/** A Kubernetes quantity as a number (CPUs, bytes), or undefined if it is invalid. */
export const parseQuantity = (quantity: unknown): number | undefined => {
  const parts = QUANTITY.exec(String(quantity))
  if (!parts) return undefined
  const [, digits, exponent, suffix = ''] = parts
  return Number(digits) * (exponent === undefined ? (SUFFIXES[suffix] ?? 1) : 10 ** Number(exponent))
}

/** Whether `a` is a quantity that is less than `b`; false if one of them is invalid. */
export const isLess = (a: unknown, b: unknown): boolean =>
  (parseQuantity(a) ?? Number.NaN) < (parseQuantity(b) ?? Number.NaN)
