import type { Json } from '../types.ts'
import { useBorrowedFocus } from './focus.ts'

/** The question Slack asks before it sends a click, when the author wants one. */
export function Confirm(props: {
  readonly dialog: Json
  readonly onYes: () => void
  readonly onNo: () => void
}) {
  const ref = useBorrowedFocus<HTMLDialogElement>((dialog) => dialog.showModal())
  const text = (field: string, otherwise = '') =>
    (props.dialog[field] as { text: string } | undefined)?.text ?? otherwise
  const style = props.dialog.style === 'danger' ? 'danger filled' : 'primary filled'
  return (
    <dialog ref={ref} className="confirm" aria-label={text('title', 'Are you sure?')} onCancel={props.onNo}>
      <h2>{text('title', 'Are you sure?')}</h2>
      <p>{text('text').replaceAll('*', '')}</p>
      <footer>
        <button type="button" className="button" onClick={props.onNo}>
          {text('deny', 'Cancel')}
        </button>
        <button type="button" className={`button ${style}`} onClick={props.onYes}>
          {text('confirm', 'Yes')}
        </button>
      </footer>
    </dialog>
  )
}
