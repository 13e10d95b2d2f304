export async function GET(_request, { params }) {
  const { number } = await params
  return Response.json({ number })
}
