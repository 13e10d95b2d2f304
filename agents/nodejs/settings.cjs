/*
 * The settings of the SDK have names of ours in the container, `ODIGOS_OTEL_X`, so that no SDK of the application or of a
 * child process reads them. They are `OTEL_X` only while our SDK reads them. What the user has set takes precedence.
 *
 * ES5 syntax only, like `boot.cjs`.
 */
'use strict'
var OURS = 'ODIGOS_OTEL_'
var PREFIX_LENGTH = 'ODIGOS_'.length
var ATTRIBUTES = 'OTEL_RESOURCE_ATTRIBUTES'
var SERVICE_NAME = 'OTEL_SERVICE_NAME'
/**
 * No signal is listened to: what ended since the last sending is lost when one ends the process. This bounds it, in
 * milliseconds, whoever sends; the SDK's own sender would wait for five seconds.
 */
var SEND_INTERVAL = ['OTEL_BSP_SCHEDULE_DELAY', '500']

function entriesOf(text) {
  return String(text || '')
    .split(',')
    .filter(function isEntry(entry) {
      return entry.indexOf('=') > 0
    })
}

function keyOf(entry) {
  return entry.slice(0, entry.indexOf('=')).trim()
}

/** Our attributes, then the user's. Of two entries with one key SDKs take the last; ours are left out all the same. */
function mergedAttributes(ours, users) {
  var keys = entriesOf(users).map(keyOf)
  var kept = entriesOf(ours).filter(function isMissing(entry) {
    return keys.indexOf(keyOf(entry)) < 0
  })
  return kept.concat(users ? [users] : []).join(',')
}

/** The variables to set, by their names without our prefix. */
function settings(env) {
  var result = {}
  var namesService = entriesOf(env[ATTRIBUTES]).map(keyOf).indexOf('service.name') >= 0
  Object.keys(env).forEach(function take(name) {
    if (name.slice(0, OURS.length) !== OURS) return
    var target = name.slice(PREFIX_LENGTH)
    if (target === ATTRIBUTES) result[target] = mergedAttributes(env[name], env[target])
    else if (!env[target] && !(target === SERVICE_NAME && namesService)) result[target] = env[name]
  })
  if (!env[SEND_INTERVAL[0]] && !result[SEND_INTERVAL[0]]) result[SEND_INTERVAL[0]] = SEND_INTERVAL[1]
  return result
}

/** Calls `action` while the settings are in `process.env`, and takes them out again. Returns what `action` returns. */
function within(action) {
  var env = process.env
  var added = settings(env)
  var before = {}
  Object.keys(added).forEach(function put(name) {
    before[name] = env[name]
    env[name] = added[name]
  })
  try {
    return action()
  } finally {
    Object.keys(added).forEach(function takeOut(name) {
      if (before[name] === undefined) delete env[name]
      else env[name] = before[name]
    })
  }
}

module.exports = { within: within, entriesOf: entriesOf, keyOf: keyOf }
