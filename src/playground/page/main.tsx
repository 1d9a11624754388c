import 'slack-blocks-to-jsx/dist/style.css'
import './style.css'
import './panels.css'
import './controls.css'
import './list.css'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { loadTheRest } from './later.ts'

const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)
requestIdleCallback(loadTheRest, { timeout: 500 })
