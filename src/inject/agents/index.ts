import type { Agent } from '../../api/vocabulary.ts'
import { goEbpf } from './go-ebpf.ts'
import { java } from './java.ts'
import { nodejs } from './nodejs.ts'
import { python } from './python.ts'
import type { FilesRecipe, Recipe } from './agent.ts'

/** Every agent that can be injected. */
export const RECIPES: Readonly<Record<Agent, Recipe>> = { nodejs, python, java, 'go-ebpf': goEbpf }

/** The recipe of an agent whose files are brought into the container; undefined where it runs beside it, or there is none. */
export const filesRecipeOf = (agent: Agent | undefined): FilesRecipe | undefined => {
  const recipe = agent && RECIPES[agent]
  return recipe?.delivery === 'files' ? recipe : undefined
}
