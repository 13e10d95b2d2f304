/** What axe, the checker of accessibility, finds on a page. */
import axe from 'axe-core'
import type { UiSession } from './ui-journey.ts'
import { openUi, visit } from './ui-journey.ts'

interface Finding {
  id: string
  nodes: { target: string[]; failureSummary?: string }[]
}

/** Evaluated by the debugger, because the page lets no other script run. */
const findingsOf = async ({ page }: UiSession): Promise<string[]> => {
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: { run: () => Promise<{ violations: Finding[] }> } }
    return (await checker.run()).violations
  })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  )
}

/** All findings, with the page; pages in light and dark, on a wide screen and a phone. */
export const checkAccessibility = async (url: string, paths: readonly string[]): Promise<string[]> => {
  const found: string[] = []
  for (const options of [{ colorScheme: 'light' as const }, { colorScheme: 'dark' as const, width: 390 }]) {
    const session = await openUi(url, options)
    for (const path of paths) {
      await visit(session, path)
      found.push(...(await findingsOf(session)).map((finding) => `${path} ${options.colorScheme}: ${finding}`))
    }
    await session.close()
  }
  return found
}
