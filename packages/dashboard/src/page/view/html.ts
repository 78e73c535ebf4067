import htm from 'htm'
import { type ComponentChild, h, type VNode } from 'preact'

/** The output of a component. */
export type View = ComponentChild

/** Makes elements of a template, such as `<p>${text}</p>`. Values are text, never markup. */
export const html: (strings: TemplateStringsArray, ...values: unknown[]) => VNode = htm.bind(h) as never
