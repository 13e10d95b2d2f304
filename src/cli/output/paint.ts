import { stripVTControlCharacters, styleText } from 'node:util'
import type { Tone } from '../../view/words.ts'

const STYLES = { good: 'green', busy: 'cyan', warn: 'yellow', bad: 'red', quiet: 'gray' } as const

/** Colours a text by its tone, where the output has colours. */
export type Paint = (tone: Tone | 'title', text: string) => string

export const plain: Paint = (_tone, text) => text

export const coloured: Paint = (tone, text) =>
  styleText(tone === 'title' ? 'bold' : STYLES[tone], text, { validateStream: false })

const SEGMENTER = new Intl.Segmenter()

/** Characters that a terminal shows. */
export const widthOf = (text: string): number => [...SEGMENTER.segment(stripVTControlCharacters(text))].length

/**
 * Text from the cluster without control characters: names and messages are written by others, and a terminal obeys them.
 * Line feeds and tabs remain.
 */
export const safe = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, (found) =>
    found === '\n' || found === '\t' ? found : '',
  )
