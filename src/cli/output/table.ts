import { safe, widthOf } from './paint.ts'

/** One line, without what a terminal would obey. */
export const safeLine = (text: string): string => safe(text).replaceAll(/\s*\n\s*/g, ' ')

/** Three spaces between columns, as kubectl. */
const GAP = '   '

/** Rows below a header, in columns as wide as their longest cell. Cells are single lines; '' is shown as `-`. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string => {
  const lines = [header, ...rows.map((row) => row.map((cell) => (cell === '' ? '-' : cell.replaceAll('\n', ' '))))]
  const widths = header.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column] ?? ''))))
  const padded = (line: readonly string[]): string =>
    line
      .map((cell, column) =>
        column === line.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)),
      )
      .join(GAP)
  return lines.map(padded).join('\n')
}

/** `Name:  value` lines, one below the other; those without a value are left out. */
export const fields = (entries: readonly (readonly [name: string, value: string | undefined])[]): string => {
  const present = entries.filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
  const width = Math.max(...present.map(([name]) => name.length)) + 1
  return present.map(([name, value]) => `${`${name}:`.padEnd(width)}  ${safeLine(value)}`).join('\n')
}
