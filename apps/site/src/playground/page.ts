import { mount } from './main.ts'

const place = document.getElementById('playground')
if (place === null) throw new Error('the page has no element to be shown in')
mount(place)
