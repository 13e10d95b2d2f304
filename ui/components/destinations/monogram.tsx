/** Two letters in place of a vendor's logo. */
export const Monogram = ({ name }: { name: string }) => (
  <span className="monogram" aria-hidden="true">
    {name
      .replace(/[^A-Za-z0-9 ]/g, '')
      .split(' ')
      .map((word) => word[0] ?? '')
      .join('')
      .slice(0, 2)
      .toUpperCase()}
  </span>
)
