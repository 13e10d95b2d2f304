/** Problems that prevent writing a Destination, with remedies. */
import type { Problem } from '../problem.ts'

export const taken = (name: string): Problem => ({
  status: 409,
  code: 'Conflict',
  message: `A destination or a Secret for the name ${name} already exists.`,
  remedy: 'Choose another name.',
  fields: { displayName: 'This name is already in use.' },
})

export const foreignSecret = (name: string, namespace: string): Problem => ({
  status: 400,
  code: 'ForeignSecret',
  message: `The secret values are in the Secret ${name}, which the UI did not create.`,
  remedy: `Edit that Secret: kubectl edit secret ${name} -n ${namespace}`,
})

export const gone = (name: string): Problem => ({
  status: 404,
  code: 'NotFound',
  message: `The destination ${name} no longer exists.`,
})

export const changedMeanwhile = (name: string): Problem => ({
  status: 409,
  code: 'Conflict',
  message: `${name} was changed by someone else while you were editing.`,
  remedy: 'Reload the page to see the change, then edit again.',
})
