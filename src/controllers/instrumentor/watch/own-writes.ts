import type { InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'

/** Delay of the watch after which only the cache counts. */
const LATEST_MS = 10_000

const version = ({ metadata }: InstrumentationConfig): number => Number(metadata.resourceVersion ?? 0)
const keyOf = ({ metadata }: InstrumentationConfig): string => `${metadata.namespace}/${metadata.name}`

/** InstrumentationConfigs that were written and not yet returned by the watch, so that nothing is done or reported twice. */
export const createOwnWrites = (now: () => number) => {
  const written = new Map<string, { config: InstrumentationConfig; at: number }>()
  return {
    put: (config: InstrumentationConfig): void => void written.set(keyOf(config), { config, at: now() }),
    /** The watch returned this version, or reported it as the last one. */
    seen: (config: InstrumentationConfig): void => {
      const own = written.get(keyOf(config))
      if (own && version(own.config) <= version(config)) written.delete(keyOf(config))
    },
    forget: (namespace: string, name: string): void => void written.delete(`${namespace}/${name}`),
    /** The newer of the cached and the written version. */
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
