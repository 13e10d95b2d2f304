import Link from 'next/link'
import { Empty } from '../components/empty.tsx'

const NotFound = () => (
  <div className="page">
    <div className="card">
      <Empty
        icon="search"
        title="There is no such page"
        action={
          <Link className="button" href="/">
            To the overview
          </Link>
        }
      />
    </div>
  </div>
)

export default NotFound
