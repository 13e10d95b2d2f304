import type { InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'

/** A watch that is later than this has other troubles; what it then brings counts again. */
const LATEST_MS = 10_000

const version = ({ metadata }: InstrumentationConfig): number => Number(metadata.resourceVersion ?? 0)
const keyOf = ({ metadata }: InstrumentationConfig): string => `${metadata.namespace}/${metadata.name}`

/** What was written of InstrumentationConfigs and the watch has not brought yet: so that nothing is done or told twice. */
export const createOwnWrites = (now: () => number) => {
  const written = new Map<string, { config: InstrumentationConfig; at: number }>()
  return {
    put: (config: InstrumentationConfig): void => void written.set(keyOf(config), { config, at: now() }),
    /** The watch brought this version, or told that it was the last one. */
    seen: (config: InstrumentationConfig): void => {
      const own = written.get(keyOf(config))
      if (own && version(own.config) <= version(config)) written.delete(keyOf(config))
    },
    forget: (namespace: string, name: string): void => void written.delete(`${namespace}/${name}`),
    /** The newer one of what is cached and what was written. */
    newest: (
      cached: InstrumentationConfig | undefined,
      namespace: string,
      name: string,
    ): InstrumentationConfig | undefined => {
      const own = written.get(`${namespace}/${name}`)
      if (!own || now() - own.at > LATEST_MS) return cached
      return cached && version(cached) >= version(own.config) ? cached : own.config
    },
  }
}
export type OwnWrites = ReturnType<typeof createOwnWrites>
