import 'slack-blocks-to-jsx/dist/style.css'
import './style.css'
import './panels.css'
import './controls.css'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'

const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)
