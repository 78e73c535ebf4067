import htm from 'htm'
import { type ComponentChild, h, type VNode } from 'preact'

/** What a component shows. */
export type View = ComponentChild

/** Makes elements of a template, such as `<p>${text}</p>`. What is put in is text, never markup. */
export const html: (strings: TemplateStringsArray, ...values: unknown[]) => VNode = htm.bind(h) as never
