import { useState } from 'react'
import type { Json } from '../types.ts'
import { Choices } from './Choices.tsx'
import { Confirm } from './Confirm.tsx'
import { FileInput } from './FileInput.tsx'
import { type ControlProps, useHeld } from './held.ts'
import { Overflow } from './Overflow.tsx'
import { Picker } from './Picker.tsx'
import { useSurface } from './Surface.tsx'
import { singleField } from './state.ts'

/** One interactive element; what it sends is what Slack sends. */
export function Control(props: ControlProps) {
  const type = String(props.element.type)
  if (type === 'button') return <Button {...props} />
  if (type === 'overflow') return <Overflow {...props} />
  if (type === 'checkboxes' || type === 'radio_buttons') return <Choices {...props} />
  if (type === 'file_input') return <FileInput {...props} />
  if (type.endsWith('_select')) return <Picker {...props} />
  return <Field {...props} />
}

function Button({ block, element }: ControlProps) {
  const { act } = useSurface()
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const { text, url, style, value, confirm, accessibility_label } = element
  const label = (text as { text: string }).text

  async function click() {
    setAsking(false)
    setBusy(true)
    if (typeof url === 'string') window.open(url, '_blank', 'noopener')
    await act(block.block_id, element, { text, ...(value !== undefined && { value }) })
    setBusy(false)
  }

  return (
    <>
      <button
        type="button"
        className={`button ${String(style ?? '')}`}
        aria-disabled={busy}
        aria-label={typeof accessibility_label === 'string' ? accessibility_label : undefined}
        onClick={() => !busy && (confirm ? setAsking(true) : void click())}
      >
        {label}
      </button>
      {asking && <Confirm dialog={confirm as Json} onYes={click} onNo={() => setAsking(false)} />}
    </>
  )
}

const inputTypes: Record<string, string> = {
  email_text_input: 'email',
  url_text_input: 'url',
  datepicker: 'date',
  timepicker: 'time',
}

function Field(props: ControlProps) {
  const { block, element, id, aria } = props
  const [held, hold] = useHeld(props)
  const type = String(element.type)
  const field = singleField(type)
  const chosen = type === 'datepicker' || type === 'timepicker'
  const config = element.dispatch_action_config as { trigger_actions_on?: string[] } | undefined
  const eachLetter =
    block.dispatch_action === true && config?.trigger_actions_on?.includes('on_character_entered')
  const common = {
    id,
    value: String(held[field] ?? ''),
    placeholder: (element.placeholder as { text: string } | undefined)?.text,
    ...aria,
    'aria-label': id ? undefined : String(element.action_id),
    onChange: (event: { target: { value: string } }) => {
      hold({ type, [field]: event.target.value || null }, chosen ? undefined : Boolean(eachLetter))
    },
  }
  if (element.multiline === true) return <textarea rows={4} {...common} />
  return (
    <input
      type={inputTypes[type] ?? 'text'}
      inputMode={type === 'number_input' ? 'decimal' : undefined}
      autoComplete="off"
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || block.dispatch_action !== true) return
        event.preventDefault()
        hold(held, true)
      }}
      {...common}
    />
  )
}
