import { onContentUpdated } from 'vitepress'
import DefaultTheme from 'vitepress/theme'
import '../../src/playground/style/playground.css'
import './brand.css'
import { followPlayground } from './playground.ts'

export default {
  extends: DefaultTheme,
  setup: () => onContentUpdated(followPlayground),
}
