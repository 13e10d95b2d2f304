import Link from 'next/link'
import { Empty } from '../components/empty.tsx'

const NotFound = () => (
  <div className="page">
    <div className="card">
      <Empty
        icon="search"
        title="Page not found"
        action={
          <Link className="button" href="/">
            Go to the overview
          </Link>
        }
      />
    </div>
  </div>
)

export default NotFound
