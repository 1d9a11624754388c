import type { ConversationPerson, InteractionOutcome, Snapshot } from '../types.ts'
import { Blocks } from './Blocks.tsx'
import { SurfaceProvider } from './Surface.tsx'

interface HomeProps {
  readonly workspace: Snapshot
  readonly person: ConversationPerson
  readonly onNotice: (outcome: InteractionOutcome) => void
}

/** The app's home tab, as it was last published for this person. */
export function Home({ workspace, person, onNotice }: HomeProps) {
  const view = workspace.homes[person.id]
  return (
    <>
      <header className="talk-head">
        <h2>CMR</h2>
        <p>Home, as {person.name} sees it</p>
      </header>
      <div className="messages home">
        {view ? (
          <SurfaceProvider
            key={person.id}
            place={{ person: person.id, view: view.id }}
            blocks={view.blocks}
            people={workspace.people}
            channels={workspace.channels}
            onNotice={onNotice}
          >
            <Blocks blocks={view.blocks} />
          </SurfaceProvider>
        ) : (
          <p className="welcome">CMR has not published a home for {person.name} yet.</p>
        )}
      </div>
    </>
  )
}
