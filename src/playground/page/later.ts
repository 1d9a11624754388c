import { lazy } from 'react'

const loaders = {
  blocks: () => import('./Blocks.tsx'),
  home: () => import('./Home.tsx'),
  modal: () => import('./Modal.tsx'),
  panel: () => import('./SandboxPanel.tsx'),
  thread: () => import('./Thread.tsx'),
}

// The first screen needs none of these; drawing blocks alone is half of the code.
export const Blocks = lazy(async () => ({ default: (await loaders.blocks()).Blocks }))
export const Home = lazy(async () => ({ default: (await loaders.home()).Home }))
export const Modal = lazy(async () => ({ default: (await loaders.modal()).Modal }))
export const SandboxPanel = lazy(async () => ({ default: (await loaders.panel()).SandboxPanel }))
export const Thread = lazy(async () => ({ default: (await loaders.thread()).Thread }))

/** Loads what the first screen did not need, so that the first answer does not wait for it. */
export function loadTheRest(): void {
  for (const load of Object.values(loaders)) void load()
}
