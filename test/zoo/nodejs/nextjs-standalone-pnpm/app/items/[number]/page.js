export const dynamic = 'force-dynamic'

export default async function Page({ params }) {
  const { number } = await params
  return <p>Item {number}</p>
}
