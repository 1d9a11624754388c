import { useEffect, useEffectEvent, useState } from 'react'
import type { ConversationPerson, Snapshot, View } from '../types.ts'
import { ask } from './ask.ts'
import { Blocks } from './Blocks.tsx'
import { useBorrowedFocus } from './focus.ts'
import { SurfaceProvider } from './Surface.tsx'
import { collect, missing, type Typed } from './state.ts'

interface ModalProps {
  readonly view: View
  readonly depth: number
  readonly person: ConversationPerson
  readonly workspace: Snapshot
}

/** The topmost modal. What was typed stays through `views.update`, as in Slack. */
export function Modal({ view, depth, person, workspace }: ModalProps) {
  const ref = useBorrowedFocus<HTMLDialogElement>((dialog) => dialog.showModal())
  const [typed, setTyped] = useState<Typed>({})
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({})
  const [trouble, setTrouble] = useState('')
  const [busy, setBusy] = useState(false)
  const first = view.blocks.find(({ type }) => type === 'input')?.block_id
  const focusIn = useEffectEvent((place: string) =>
    ref.current?.querySelector<HTMLElement>(`${place} :is(input, textarea)`)?.focus(),
  )
  // The browser would begin at the close button; Slack begins at the first field, at every step.
  useEffect(() => {
    if (first) focusIn('.sheet')
  }, [first])
  useEffect(() => {
    const [wrong] = Object.keys(errors)
    if (wrong) focusIn(`[data-block="${CSS.escape(wrong)}"]`)
  }, [errors])

  async function submit() {
    if (busy) return
    const empty = missing(view.blocks, typed)
    setTrouble('')
    setErrors(empty)
    if (Object.keys(empty).length > 0) return
    setBusy(true)
    const outcome = await ask('submit', {
      place: { person: person.id, view: view.id, values: collect(view.blocks, typed) },
    })
    setBusy(false)
    setErrors(outcome.errors ?? {})
    setTrouble(outcome.notice ?? '')
  }

  const close = () => void ask('close', { person: person.id })
  const title = view.title?.text ?? 'Form'
  return (
    <dialog
      ref={ref}
      className="modal"
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault()
        if (event.target === ref.current) close()
      }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <header>
          {depth > 1 && (
            <button type="button" className="icon" aria-label="Back" onClick={close}>
              ‹
            </button>
          )}
          <h2>{title}</h2>
          <button type="button" className="icon" aria-label="Close" onClick={close}>
            ×
          </button>
        </header>
        <div className="sheet">
          {trouble && (
            <p className="trouble" role="alert">
              {trouble}
            </p>
          )}
          <SurfaceProvider
            place={{ person: person.id, view: view.id }}
            blocks={view.blocks}
            typed={typed}
            onTyped={setTyped}
            errors={errors}
            people={workspace.people}
            channels={workspace.channels}
            onNotice={(outcome) => setTrouble(outcome.notice ?? '')}
          >
            <Blocks blocks={view.blocks} />
          </SurfaceProvider>
        </div>
        <footer>
          <button type="button" className="button" onClick={close}>
            {view.close?.text ?? (depth > 1 ? 'Back' : 'Cancel')}
          </button>
          {view.submit && (
            <button type="submit" className="button primary filled" aria-disabled={busy}>
              {busy ? 'Sending…' : view.submit.text}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  )
}
