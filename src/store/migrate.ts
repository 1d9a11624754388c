import { openStore } from './store.ts'

// `npm run migrate`: opening the store is what migrates it.
const store = await openStore(process.env.DATABASE_URL || 'file:./data/cmr.db')
console.log(`The ${store.dialect} database is up to date.`)
await store.close()
