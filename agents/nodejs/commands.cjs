/*
 * Whether this process is a command that has nothing to do with serving: an exec probe or hook of the container, a package
 * manager, or a program that only starts others.
 *
 * ES5 syntax only, like `boot.cjs`.
 */
'use strict'
var fs = require('fs')
var shellText = require('./shell-text.cjs')
var baseName = shellText.baseName

var VARIABLE = 'ODIGOS_PROBE_COMMANDS'
var MAX_ANCESTORS = 8
var SHELL = /^(sh|bash|ash|dash|zsh|ksh|busybox)$/
// Scripts of exec probes, where the commands of the container are not known (they are started by another script).
var PROBE_SCRIPT = /^(health[-_]?check|healthz?|live(ness)?z?|ready|readyz|readiness|probe)(\.[cm]?js)?$/i
// generated: launchers, from src/api/agents/node-launchers.ts
var PACKAGE_MANAGERS = ['corepack', 'npm', 'npx', 'pnpm', 'pnpx', 'yarn', 'yarnpkg']
var LAUNCHERS = [
  'concurrently',
  'cross-env',
  'cross-env-shell',
  'dotenv',
  'dotenv-cli',
  'env-cmd',
  'forever',
  'lerna',
  'nodemon',
  'npm-run-all',
  'npm-run-all2',
  'nx',
  'pm2',
  'pm2-dev',
  'pm2-docker',
  'pm2-runtime',
  'run-p',
  'run-s',
  'supervisor',
  'ts-node-dev',
  'tsnd',
  'tsx',
  'turbo',
  'wait-on',
]
// end of generated
var PACKAGE_MANAGER = new RegExp('^(' + PACKAGE_MANAGERS.join('|') + ')(-cli)?(\\.c?js)?$|^yarn-[\\d.]+\\.c?js$')
// What a process manager or a launcher runs the application in: a file of its package, but the application.
var RUNS_APPLICATION = /^(ProcessContainer|ProcessContainerFork|ProcessContainerForkBun)\.js$/

function isSame(argv, words) {
  return (
    argv.length === words.length &&
    argv.every(function isSameWord(word, index) {
      return word === words[index] || (index === 0 && baseName(word) === baseName(words[index]))
    })
  )
}

/** A script that is started by its shebang has an interpreter, and options of it, before its own words. */
function isCommand(argv, words) {
  if (words.length === 0) return false
  var skipped = 0
  do {
    if (isSame(argv.slice(skipped), words)) return true
    skipped += 1
  } while (skipped === 1 || (argv[skipped - 1] || '').charAt(0) === '-')
  return false
}

function textOf(words) {
  var start = baseName(words[0]) === 'busybox' ? 1 : 0
  if (!SHELL.test(baseName(words[start]))) return undefined
  for (var index = start + 1; (words[index] || '').charAt(0) === '-'; index += 1) {
    if (/^-[a-z]*c$/.test(words[index])) return words[index + 1]
  }
  return undefined
}

/** Whether the argument list is that of one of the commands. */
function isOneOf(argv, commands) {
  return commands.some(function isThis(words) {
    if (isCommand(argv, words)) return true
    var text = textOf(words)
    return (
      text !== undefined &&
      shellText.simpleCommands(text).some(function isPart(part) {
        return isCommand(argv, part)
      })
    )
  })
}

function argvOf(pid) {
  return fs
    .readFileSync('/proc/' + pid + '/cmdline', 'utf8')
    .replace(/\0$/, '')
    .split('\0')
}

function parentOf(pid) {
  return Number((/^PPid:\s*(\d+)/m.exec(fs.readFileSync('/proc/' + pid + '/status', 'utf8')) || [])[1])
}

/** Whether one of the commands belongs to the process, or to one that it descends from. `nextArgv` gives undefined at the end. */
function isBelow(commands, nextArgv) {
  for (var level = 0; level <= MAX_ANCESTORS; level += 1) {
    var argv = nextArgv()
    if (!argv) return false
    if (isOneOf(argv, commands)) return true
  }
  return false
}

/** Whether this process is, or was started by, a probe or hook command of the container. */
function isProbe(text) {
  if (!text) return false
  var pid
  try {
    return isBelow(JSON.parse(text), function nextArgv() {
      pid = pid === undefined ? process.pid : parentOf(pid)
      return pid > 1 || pid === process.pid ? argvOf(pid) : undefined
    })
  } catch (_error) {
    return false // unreadable: it is not
  }
}

/** The package that a file in `node_modules` belongs to, or the name of its link in `node_modules/.bin`. */
function toolOf(entry) {
  var parts = String(entry).split(/[\\/]node_modules[\\/]/)
  var words = parts.length > 1 ? parts[parts.length - 1].split(/[\\/]/) : []
  if (words[0] === '.bin') return words[1]
  return words[0] && words[0].charAt(0) === '@' ? words[0] + '/' + words[1] : words[0]
}

/** What this process is, if it is not an application. */
function toolName(entry) {
  var name = baseName(entry)
  if (PACKAGE_MANAGER.test(name)) return 'a package manager'
  if (isProbe(process.env[VARIABLE]) || PROBE_SCRIPT.test(name)) return 'a probe'
  if (RUNS_APPLICATION.test(name)) return undefined
  var isLauncher =
    LAUNCHERS.indexOf(toolOf(entry)) >= 0 || (LAUNCHERS.indexOf(name) >= 0 && !/\.[cm]?[jt]s$/.test(name))
  return isLauncher ? 'a program that starts others' : undefined
}

module.exports = { toolName: toolName, isBelow: isBelow, runsApplication: RUNS_APPLICATION }
