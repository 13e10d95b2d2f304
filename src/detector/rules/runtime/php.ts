import type { ProcessSnapshot } from '../../proc/process-snapshot.ts'
import type { Description, Match, Rule } from '../rule.ts'
import { baseName, commandLine, findMapped, firstOf, STRENGTH } from '../rule.ts'

const EXE = /^php(-cgi|-fpm|-cli)?[0-9.]*$/
const APACHE = /^(httpd|apache2)(-prefork|-worker|-event)?$/
const MODULE = /\/(?:libphp|mod_php)([0-9.]*)\.so$/

/** API number in the path of the extensions' folder → version. */
const VERSION_OF_API: Record<string, string> = {
  '20190902': '7.4',
  '20200930': '8.0',
  '20210902': '8.1',
  '20220829': '8.2',
  '20230831': '8.3',
  '20240924': '8.4',
}

const match = (process: ProcessSnapshot): Match | undefined => {
  const base = baseName(process.exe)
  if (EXE.test(base)) return { strength: STRENGTH.name, evidence: `exe ${process.exe}` }
  if (commandLine(process).startsWith('php-fpm: ')) return { strength: STRENGTH.name, evidence: 'title php-fpm' }
  if (base === 'frankenphp' || process.elf?.go?.main?.startsWith('github.com/dunglas/frankenphp')) {
    return { strength: STRENGTH.role, evidence: 'FrankenPHP' }
  }
  const module = findMapped(process, MODULE)
  if (!module) return undefined
  // A web server with PHP runs an application; this overrides the web server's own entry in the list of infrastructure.
  return { strength: APACHE.test(base) ? STRENGTH.role : STRENGTH.library, evidence: `maps ${baseName(module[0])}` }
}

/** The folder of extensions, and the API number in its name. */
const extensionsOf = (process: ProcessSnapshot): { folder?: string; api?: string } => {
  const [, folder, threaded, plain] = findMapped(process, /\/(no-debug-(?:non-)?zts-(\d{8})|(20\d{6}))\//) ?? []
  return folder === undefined ? {} : { folder, api: threaded ?? plain ?? '' }
}

const describe = (process: ProcessSnapshot): Description => {
  const { folder, api = '' } = extensionsOf(process)
  const marker = /PHP\/(\d+\.\d+\.\d+)/.exec(process.markers?.phpPoweredBy ?? '')?.[1]
  return {
    version: firstOf(
      marker,
      process.env['PHP_VERSION'],
      findMapped(process, MODULE)?.[1],
      /(\d+\.\d+)$/.exec(baseName(process.exe))?.[1],
      VERSION_OF_API[api],
    ),
    evidence: folder === undefined ? [] : [`extensions ${folder}`],
  }
}

export const php: Rule = { language: 'php', match, markers: ['phpPoweredBy'], describe }
