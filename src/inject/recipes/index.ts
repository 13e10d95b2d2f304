import type { Agent } from '../../api/vocabulary.ts'
import { goEbpf } from './go-ebpf.ts'
import { java } from './java.ts'
import { nodejs } from './nodejs.ts'
import { python } from './python.ts'
import type { Recipe } from './recipe.ts'

/** Every agent that can be injected. */
export const RECIPES: Readonly<Record<Agent, Recipe>> = { nodejs, python, java, 'go-ebpf': goEbpf }
