/** When gateways are scaled, by the HorizontalPodAutoscaler or without it. */

/** Part of the requested memory: the limiter refuses data beyond 80 % of the limit. */
export const MEMORY_TARGET = 0.7
/** Part of the requested processor time; collectors request little, and may use what the node has. */
export const CPU_TARGET = 3
/** Collectors more at once. */
export const MAX_UP = 2
/** Fewer would have to do for so long before one is taken away. */
export const DOWN_AFTER_MS = 900_000
