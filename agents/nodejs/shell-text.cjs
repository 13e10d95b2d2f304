/*
 * The simple commands of a shell's text (`sh -c TEXT`), as lists of words.
 *
 * ES5 syntax only, like `boot.cjs`.
 */
'use strict'
var ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/
var REDIRECTION = /^\d*[<>]/

function baseName(path) {
  return String(path || '')
    .split(/[\\/]/)
    .pop()
}

/** Adds the character to the word that is being read, or ends the word or command. */
function readCharacter(state, character, next) {
  var isQuote = character === "'" || character === '"'
  if (state.quote) {
    if (character === state.quote) state.quote = ''
    else state.word += character
  } else if (isQuote) {
    state.quote = character
    state.hasWord = true
  } else if (character === ' ' || character === '\t') {
    endWord(state)
  } else if (isSeparator(state, character, next)) {
    endWord(state)
    state.commands.push([])
  } else {
    state.word += character
  }
}

/** `>&` and `&>` are parts of redirections. */
function isSeparator(state, character, next) {
  if (character === '&') return !/[<>]$/.test(state.word) && next !== '>'
  return character === ';' || character === '|' || character === '\n'
}

function endWord(state) {
  if (state.word || state.hasWord) state.commands[state.commands.length - 1].push(state.word)
  state.word = ''
  state.hasWord = false
}

/** The words without redirections and without what only prepares the command: `exec`, `env A=b`, `timeout 5`, `A=b`. */
function bareCommand(words) {
  var rest = words.filter(function isWord(word, index) {
    return !REDIRECTION.test(word) && !/^\d*[<>]+$/.test(words[index - 1] || '')
  })
  for (;;) {
    var first = baseName(rest[0])
    if (first === 'exec' || first === 'env' || ASSIGNMENT.test(rest[0] || '')) rest = rest.slice(1)
    else if (first === 'timeout') rest = withoutTimeout(rest)
    else return rest
  }
}

function withoutTimeout(words) {
  var index = 1
  while (index < words.length && words[index].charAt(0) === '-') index += /^-[ks]$/.test(words[index]) ? 2 : 1
  return words.slice(index + 1)
}

function simpleCommands(text) {
  var state = { commands: [[]], word: '', hasWord: false, quote: '' }
  for (var index = 0; index < text.length; index += 1) {
    var character = text.charAt(index)
    if (character === '\\' && state.quote !== "'") {
      index += 1
      state.word += text.charAt(index)
    } else {
      readCharacter(state, character, text.charAt(index + 1))
    }
  }
  endWord(state)
  return state.commands.map(bareCommand).filter(function isNotEmpty(words) {
    return words.length > 0
  })
}

module.exports = { simpleCommands: simpleCommands, baseName: baseName }
