import { useEffect, useState } from 'preact/hooks'

/** Colours of the style sheet that are painted on a canvas. */
export interface Theme {
  readonly soft: string
  readonly line: string
  readonly accent: string
  readonly admitted: string
  readonly denied: string
  readonly failed: string
}

const DARK = '(prefers-color-scheme: dark)'

/** The colours now, and again when the system turns dark or light. */
export function useTheme(): Theme {
  const [theme, setTheme] = useState(readTheme)
  useEffect(() => {
    const media = matchMedia(DARK)
    const change = (): void => setTheme(readTheme())
    media.addEventListener('change', change)
    return () => media.removeEventListener('change', change)
  }, [])
  return theme
}

function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    soft: colour('soft'),
    line: colour('line'),
    accent: colour('accent'),
    admitted: colour('admitted'),
    denied: colour('denied'),
    failed: colour('failed'),
  }
}
