import { render } from 'preact'
import { App } from './view/app.ts'
import { html } from './view/html.ts'

const place = document.getElementById('page')
if (place === null) throw new Error('the page has no element to be shown in')
place.replaceChildren()
render(html`<${App} />`, place)
