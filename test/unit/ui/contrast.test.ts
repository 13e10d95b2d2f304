import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const css = readFileSync(new URL('../../../ui/styles/base.css', import.meta.url), 'utf8')

/** Colours of the light and the dark theme by token. */
const TOKENS = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name = '', light = '', dark = '']) => [
    name,
    { light, dark },
  ]),
)

/** Relative luminance, as WCAG 2.2 defines it. */
const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
const contrast = (a: string, b: string): number => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

const SURFACES = ['bg', 'surface', 'surface-2', 'hover']
const TONES = ['good', 'busy', 'warn', 'bad', 'quiet', 'accent']

const PAIRS: [front: string, back: string, least: number][] = [
  ...SURFACES.flatMap((back) =>
    ['text', 'text-2', 'text-3', 'accent'].map((front): [string, string, number] => [front, back, 4.5]),
  ),
  ...SURFACES.map((back): [string, string, number] => ['control', back, 3]),
  ...TONES.flatMap((tone) =>
    [tone, 'text', 'text-2'].map((front): [string, string, number] => [front, `${tone}-soft`, 4.5]),
  ),
  ['on-accent', 'accent', 4.5],
]

describe('the contrast of the UI', () => {
  for (const theme of ['light', 'dark'] as const) {
    it(`suffices in the ${theme} theme`, () => {
      const tooLow = PAIRS.filter(
        ([front, back, least]) =>
          !(contrast(TOKENS.get(front)?.[theme] ?? '', TOKENS.get(back)?.[theme] ?? '') >= least),
      )
      assert.deepEqual(tooLow, [])
    })
  }
})
