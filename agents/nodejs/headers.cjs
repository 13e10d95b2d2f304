/*
 * Headers of a client request as Node.js accepts them: an object, or an array of names and values, or of pairs. The build
 * makes the instrumentation of http use this; of its own it turns an array into an object of numbers.
 */
'use strict'

exports.copyOf = (headers) => (Array.isArray(headers) ? [...headers] : { ...headers })

/** Adds the headers of the trace; those of an array that are there already stay. */
exports.setter = {
  set: (carrier, name, value) => {
    if (!Array.isArray(carrier)) {
      carrier[name] = value
      return
    }
    const isPairs = Array.isArray(carrier[0])
    const names = isPairs ? carrier.map(([each]) => each) : carrier.filter((_each, index) => index % 2 === 0)
    if (names.some((each) => String(each).toLowerCase() === name)) return
    carrier.push(...(isPairs ? [[name, value]] : [name, value]))
  },
}
