/** Owner of the fields that the instrumentor writes, and the name that its Events carry. */
export const FIELD_MANAGER = 'odigos-instrumentor'
