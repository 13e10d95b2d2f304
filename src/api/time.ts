/** A time in the form of metav1.Time: RFC 3339, UTC, without fractions of a second. */
export const rfc3339 = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z')
