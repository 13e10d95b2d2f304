'use client'
import { Empty } from '../components/empty.tsx'

/** What is shown where a page failed to render; the rest of the frame goes on. */
const ErrorPage = ({ reset }: { error: Error; reset: () => void }) => (
  <div className="page">
    <div className="card">
      <Empty
        icon="error"
        title="This page failed"
        action={
          <button className="button" type="button" onClick={reset}>
            Try again
          </button>
        }
      >
        The log of odigos-ui says why.
      </Empty>
    </div>
  </div>
)

export default ErrorPage
