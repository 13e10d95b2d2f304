export const name = 'unnamed'
