/** Light, dark, or the setting of the system; kept in a cookie, so that the server renders it without flicker. */
export const THEMES = ['light', 'system', 'dark'] as const
export type Theme = (typeof THEMES)[number]
export const THEME_COOKIE = 'odigos-theme'
export const isTheme = (word: string | undefined): word is Theme => THEMES.some((theme) => theme === word)
