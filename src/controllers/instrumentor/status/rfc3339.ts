/** A time as metav1.Time has it: without fractions of a second. */
export const rfc3339 = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
