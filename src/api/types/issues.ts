import type { z } from 'zod'

/** The validation errors of an object in one line for a condition: each field with its error. */
export const describeIssues = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ')
