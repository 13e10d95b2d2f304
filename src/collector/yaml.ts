/**
 * A configuration as text that every reader of YAML reads the same. The collector's knows YAML 1.1, in which `on` or `1_000` are no
 * strings, and in which some characters that JSON allows end a line or are refused.
 */
import { Document, isScalar, Scalar, visit } from 'yaml'
import type { CollectorConfig } from './config.ts'

/** Printable ASCII and line ends, anything else is written as an escape; and not a special key of YAML 1.1. */
const PLAIN = /^(?!(=|<<)$)[\x20-\x7e\n]*$/
/** Numbers to the collector's reader that are none in YAML 1.1. */
const GO_NUMBER = /^[-+]?0[box][\da-f_]+$/i
const NOT_ASCII = /[^\x20-\x7e\n]/gu

const escape = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** Half of a pair of UTF-16 is no character, in an escape either. */
const wellFormed = (text: string): string => text.toWellFormed()

export const configYaml = (config: CollectorConfig): string => {
  const document = new Document(config, { version: '1.1', aliasDuplicateObjects: false })
  visit(document, {
    Scalar: (_, node) => {
      if (!isScalar(node) || typeof node.value !== 'string') return
      if (PLAIN.test(node.value) && !GO_NUMBER.test(node.value)) return
      node.value = wellFormed(node.value)
      node.type = Scalar.QUOTE_DOUBLE
    },
  })
  return document.toString({ lineWidth: 0, directives: false }).replaceAll(NOT_ASCII, escape)
}
