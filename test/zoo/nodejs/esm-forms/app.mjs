// Forms of import and export that hooks of import have broken.
import { createRequire, findPackageJSON } from 'node:module'
import fs, { readFileSync } from 'node:fs'
import http from 'node:http'
import * as everything from './star.mjs'
import { counter, increment } from './live.mjs'
import { first } from './cycle-a.mjs'
import settings from './settings.json' with { type: 'json' }
import express, { Router } from 'express'
import pg, { Client } from 'pg'
import Redis, { Cluster } from 'ioredis'
import { MongoClient } from 'mongodb'
import { GraphQLError, graphql } from 'graphql'
import koa from 'koa'
import winston, { createLogger } from 'winston'
import { pino } from 'pino'
import inherited, { named } from './default-and-named.cjs'

console.log(Object.keys(everything), everything.default, everything[Symbol.toStringTag])
increment()
console.log(counter, first(), settings, named, inherited)
console.log(typeof express, typeof Router, express.Router === Router, pg.Client === Client, Redis.Cluster === Cluster)
console.log(typeof MongoClient, GraphQLError.name, typeof graphql, koa.name, winston.createLogger === createLogger)
console.log(typeof pino, fs.readFileSync === readFileSync, typeof http.get)
console.log(
  (await import('./live.mjs?again=1')).counter,
  (await import('data:text/javascript,export default 3')).default,
)
console.log(
  await import('./missing.mjs').catch(({ code, message }) => `${code} ${message.replace(import.meta.dirname, '')}`),
)
console.log(await import('data:text/javascript,export const = 1').catch(({ name, message }) => `${name} ${message}`))
console.log(await import('none-such').catch(({ code }) => code), await import('express').then(Object.keys))
console.log(
  import.meta.resolve('./live.mjs').replace(import.meta.dirname, ''),
  import.meta.main,
  import.meta.filename.slice(-7),
)
const require = createRequire(import.meta.url)
console.log(require('express') === express, require('./live.mjs').counter, require.resolve('pg').endsWith('.js'))
console.log(findPackageJSON('express', import.meta.url).replace(import.meta.dirname, ''))
console.log(Object.keys(require.cache).length > 10, import.meta.url.startsWith('file:'))
