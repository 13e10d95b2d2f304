/** A field to search a list by. */
import { Icon } from './icon.tsx'

interface SearchFieldProps {
  label: string
  placeholder?: string
  value: string
  onChange: (text: string) => void
}

export const SearchField = ({ label, placeholder = 'Search…', value, onChange }: SearchFieldProps) => (
  <div className="search">
    <Icon name="search" size={15} />
    <input
      className="field-input"
      type="search"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  </div>
)
