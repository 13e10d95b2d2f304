/** The mark: one wave through a ring. */
export const Mark = () => (
  <svg
    width="24"
    height="24"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="2.2"
    strokeLinecap="round"
    aria-hidden="true"
  >
    <circle cx="12" cy="12" r="9.4" opacity="0.35" />
    <path d="M4 12h3.2l2.3-5.4 4.4 11 2.5-5.6H20" strokeLinejoin="round" />
  </svg>
)
