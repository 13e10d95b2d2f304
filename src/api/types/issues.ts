import type { z } from 'zod'

/** What is wrong with an object, in one line for a condition: each field with its problem. */
export const describeIssues = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ')
