/** The sources of a Destination in words; pure. */
import type { Sources } from '../../api/destinations/sources.ts'
import type { LabelSelector } from '../../api/types/label-selector.ts'

/** As kubectl writes selectors. */
const selectorText = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string =>
  [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return key
      if (operator === 'DoesNotExist') return `!${key}`
      return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`
    }),
  ].join(',')

const part = (words: string, text: string | undefined): string[] => (text ? [`${words} ${text}`] : [])

/** What a destination takes; '' where that is everything. */
export const sourcesText = (sources: Sources = {}): string => {
  const { namespaces, excludedNamespaces, namespaceSelector, workloadSelector, workloads, languages } = sources
  return [
    ...part('namespaces', namespaces?.join(', ')),
    ...part('namespaces other than', excludedNamespaces?.join(', ')),
    ...part('namespaces with labels', namespaceSelector && selectorText(namespaceSelector)),
    ...part('workloads with labels', workloadSelector && selectorText(workloadSelector)),
    ...part('workloads', workloads?.map(({ namespace, kind, name }) => `${kind}/${name} in ${namespace}`).join(', ')),
    ...part('languages', languages?.join(', ')),
  ].join('; ')
}
