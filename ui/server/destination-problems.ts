/** Why a Destination is not written, and what helps. */
import type { Problem } from './problem.ts'

export const taken = (name: string): Problem => ({
  status: 409,
  code: 'Conflict',
  message: `There is a destination or a Secret for the name ${name} already.`,
  remedy: 'Choose another name.',
  fields: { displayName: 'this name is taken' },
})

export const foreignSecret = (name: string, namespace: string): Problem => ({
  status: 400,
  code: 'ForeignSecret',
  message: `The secret values are in the Secret ${name}, which the UI did not make.`,
  remedy: `Change it with kubectl edit secret ${name} -n ${namespace}.`,
})

export const gone = (name: string): Problem => ({
  status: 404,
  code: 'NotFound',
  message: `The destination ${name} is not there any more.`,
})

export const changedMeanwhile = (name: string): Problem => ({
  status: 409,
  code: 'Conflict',
  message: `Someone else changed ${name} while you were editing.`,
  remedy: 'Reload the page to see the change, then edit again.',
})
