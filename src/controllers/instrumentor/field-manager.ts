/** Owner of the fields that the instrumentor writes, and the component that its Events come from. */
export const FIELD_MANAGER = 'odigos-instrumentor'
