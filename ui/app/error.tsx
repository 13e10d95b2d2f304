'use client'
import { Empty } from '../components/empty.tsx'

/** Replaces a page that failed to render; the frame around it keeps working. */
const ErrorPage = ({ reset }: { error: Error; reset: () => void }) => (
  <div className="page">
    <div className="card">
      <Empty
        icon="error"
        title="This page could not be displayed"
        action={
          <button className="button" type="button" onClick={reset}>
            Retry
          </button>
        }
      >
        For details, see the log of odigos-ui.
      </Empty>
    </div>
  </div>
)

export default ErrorPage
