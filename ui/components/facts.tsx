/** Terms with their values; a term without a value is omitted. */
export type Fact = [term: string, value: string | undefined]

export const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <dl className="facts">
    {facts.map(
      ([term, value]) =>
        value !== undefined && (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ),
    )}
  </dl>
)
