/*
 * Other agents, and OpenTelemetry SDKs that the application brings. It is asked of the application's package, not of the
 * package of a tool that starts it (`node node_modules/next/dist/bin/next`, a process manager).
 *
 * ES5 syntax only, like `boot.cjs`.
 */
'use strict'
var fs = require('fs')
var path = require('path')
var runsApplication = require('./commands.cjs').runsApplication

// generated: other agents, from src/api/agents/foreign-agents.ts
var OTHER_AGENTS = [
  '@appsignal/',
  '@elastic/opentelemetry-node',
  '@instana/',
  '@sentry/',
  '@splunk/otel',
  'appdynamics',
  'applicationinsights',
  'auto-instrumentations-node',
  'dd-trace',
  'dynatrace',
  'elastic-apm-node',
  'newrelic',
]
var OWN_SDK = [
  '@appsignal/nodejs',
  '@aws/aws-distro-opentelemetry-node-autoinstrumentation',
  '@azure/monitor-opentelemetry',
  '@dash0hq/opentelemetry',
  '@elastic/opentelemetry-node',
  '@honeycombio/opentelemetry-node',
  '@hyperdx/node-opentelemetry',
  '@instana/collector',
  '@opentelemetry/auto-instrumentations-node',
  '@opentelemetry/sdk-node',
  '@opentelemetry/sdk-trace-node',
  '@sentry/astro',
  '@sentry/aws-serverless',
  '@sentry/google-cloud-serverless',
  '@sentry/nestjs',
  '@sentry/nextjs',
  '@sentry/node',
  '@sentry/node-core',
  '@sentry/nuxt',
  '@sentry/react-router',
  '@sentry/remix',
  '@sentry/solidstart',
  '@sentry/sveltekit',
  '@sentry/tanstackstart-react',
  '@splunk/otel',
  '@vercel/otel',
  'applicationinsights',
  'dd-trace',
  'elastic-apm-node',
  'lightstep-opentelemetry-launcher-node',
  'newrelic',
]
// end of generated

/** `dependencies` of the package that contains the folder. A package.json without them is not the application's. */
function dependenciesOf(folder) {
  for (var dir = folder; ; dir = path.dirname(dir)) {
    var manifest = path.join(dir, 'package.json')
    var dependencies = fs.existsSync(manifest) && JSON.parse(fs.readFileSync(manifest, 'utf8')).dependencies
    if (dependencies) return dependencies
    if (path.dirname(dir) === dir) return undefined
  }
}

/** The folders whose package may be the application's, the most certain first. */
function foldersOf(entry) {
  var file = runsApplication.test(path.basename(entry)) && process.env.pm_exec_path ? process.env.pm_exec_path : entry
  var index = file.search(/[\\/]node_modules[\\/]/)
  // A tool's file: the application is what lies around `node_modules` (also of pnpm's store), or where it was started.
  // In a workspace the working directory is the more exact one.
  return index < 0 ? [path.dirname(file)] : [process.cwd(), file.slice(0, index) || path.sep]
}

/** The packages of the application that are SDKs of its own. */
function ownSdks(entry) {
  var folders = foldersOf(entry)
  var found = folders.map(dependenciesOf).filter(Boolean)
  if (found.length === 0) found = [dependenciesOf(process.cwd())].filter(Boolean)
  return OWN_SDK.filter(function isDependency(name) {
    return found.some(function has(dependencies) {
      return Object.prototype.hasOwnProperty.call(dependencies, name)
    })
  })
}

/** Parts of options that load other agents. */
function otherAgents(options) {
  var text = options.toLowerCase()
  return OTHER_AGENTS.filter(function isLoaded(name) {
    return text.indexOf(name) >= 0
  })
}

module.exports = { ownSdks: ownSdks, otherAgents: otherAgents }
