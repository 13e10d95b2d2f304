import type { Libc } from '../../api/vocabulary.ts'
import type { ElfFacts } from './elf-facts.ts'

/**
 * The C library of a process. The program's own loader decides, not the files of the image: Alpine with gcompat has the
 * loaders of both. A program without a loader is static, unless a loader is mapped nevertheless.
 */
export const libcOf = ({ elf, mapped }: { elf?: ElfFacts; mapped: readonly string[] }): Libc | undefined => {
  if (elf?.interpreter) return /\/ld-musl-/.test(elf.interpreter) ? 'musl' : 'glibc'
  if (mapped.some((path) => /\/(ld-musl-|libc\.musl-)/.test(path))) return 'musl'
  if (mapped.some((path) => /\/(ld-linux|libc\.so\.6|libc-2\.\d+\.so)/.test(path))) return 'glibc'
  return elf ? 'none' : undefined
}
