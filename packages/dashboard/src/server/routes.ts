import { KINDS, type Path } from './actions.ts'
import type { DashboardAction } from './options.ts'
import type { PagePath } from './page.ts'

/** The route of a path, wherever the app has mounted the page. */
export type Route =
  | { readonly kind: 'page'; readonly path: PagePath }
  | { readonly kind: 'stream' }
  | { readonly kind: 'action'; readonly path: Path }
  /** To the same with a `/` at the end, as the page's own paths are relative. */
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'unknown' }

export function routeOf(path: string): Route {
  const last = path.slice(path.lastIndexOf('/') + 1)
  if (last === '' || last === 'page.js' || last === 'page.css') return { kind: 'page', path: last }
  if (last === 'stream') return { kind: 'stream' }
  if (Object.hasOwn(KINDS, last)) return { kind: 'action', path: last as Path }
  if (last.includes('.')) return { kind: 'unknown' }
  return { kind: 'redirect', to: `./${last}/` }
}

/** The action that `authorize` is asked about. */
export function actionOf(route: Route): DashboardAction {
  return route.kind === 'action' ? KINDS[route.path].action : 'view'
}

export function methodsOf(route: Route): readonly string[] {
  if (route.kind === 'action') return ['POST']
  return route.kind === 'stream' ? ['GET'] : ['GET', 'HEAD']
}
