import { type KeyboardEvent, useEffect, useEffectEvent, useId, useState } from 'react'
import type { Json } from '../types.ts'
import { type ControlProps, useHeld } from './held.ts'
import { useSurface } from './Surface.tsx'
import { type Option, pluralField, singleField } from './state.ts'

const SEARCH_PAUSE_MS = 200

/** Every kind of select: fixed options, options asked of the bot, people, channels; one or several. */
export function Picker(props: ControlProps) {
  const { block, element, id, aria } = props
  const [held, hold] = useHeld(props)
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const { options, loading } = useOptions(props, open, text)
  const list = useId()
  const type = String(element.type)
  const many = type.startsWith('multi_')
  const field = many ? pluralField(type) : singleField(type)
  const byOption = field.startsWith('selected_option')
  const chosen = ((many ? held[field] : [held[field]]) as (Option | string | null)[]).filter(
    (one) => one !== null,
  )
  const known = useNames()
  const label = (one: Option | string) => (typeof one === 'string' ? (known(one) ?? one) : one.text.text)
  const placeholder = (element.placeholder as { text: string } | undefined)?.text ?? 'Choose…'
  const most = Number(element.max_selected_items ?? Number.POSITIVE_INFINITY)

  function choose(option: Option) {
    const picked = byOption ? option : option.value
    if (!many) hold({ type, [field]: picked })
    else if (chosen.length < most && !chosen.some((one) => keyOfChoice(one) === option.value))
      hold({ type, [field]: [...chosen, picked] })
    setText('')
    setOpen(false)
  }

  function onKey(event: KeyboardEvent) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      if (open) setAt(Math.max(0, Math.min(options.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1))))
    } else if (event.key === 'Enter' && open) {
      event.preventDefault()
      const option = options[at]
      if (option) choose(option)
    } else if (event.key === 'Escape' && open) {
      event.preventDefault()
      event.stopPropagation()
      setOpen(false)
    } else if (event.key === 'Backspace' && !text && !many && chosen.length > 0 && block.optional === true) {
      hold({ type, [field]: null })
    }
  }

  return (
    <div className="picker">
      {many &&
        chosen.map((one) => (
          <button
            type="button"
            className="chip"
            key={keyOfChoice(one)}
            aria-label={`Remove ${label(one)}`}
            onClick={() => hold({ type, [field]: chosen.filter((other) => other !== one) })}
          >
            {label(one)} ×
          </button>
        ))}
      <input
        id={id}
        role="combobox"
        autoComplete="off"
        aria-label={id ? undefined : placeholder}
        aria-expanded={open}
        aria-controls={list}
        aria-activedescendant={open && options[at] ? `${list}-${at}` : undefined}
        {...aria}
        placeholder={placeholder}
        value={open || many || !chosen[0] ? text : label(chosen[0])}
        onFocus={() => setAt(0)}
        onClick={() => setOpen(true)}
        onBlur={() => {
          setOpen(false)
          setText('')
        }}
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.target.value)
          setOpen(true)
          setAt(0)
        }}
      />
      {open && (
        <div role="listbox" id={list} className="options" aria-busy={loading}>
          {loading && <p>Searching…</p>}
          {!loading && options.length === 0 && <p>No results</p>}
          {options.map((option, index) => (
            <div
              role="option"
              tabIndex={-1}
              id={`${list}-${index}`}
              key={option.value}
              ref={index === at ? (one) => one?.scrollIntoView({ block: 'nearest' }) : undefined}
              aria-selected={index === at}
              onMouseDown={(event) => {
                event.preventDefault()
                choose(option)
              }}
            >
              {option.text.text}
              {option.description && <small>{option.description.text}</small>}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

/** The options that fit the text: asked of the bot for external selects, filtered here for the others. */
function useOptions(
  { block, element }: ControlProps,
  open: boolean,
  text: string,
): { options: Option[]; loading: boolean } {
  const surface = useSurface()
  const [found, setFound] = useState<Option[] | undefined>(undefined)
  const external = String(element.type).includes('external_select')
  const enough = text.length >= Number(element.min_query_length ?? 3)

  const search = useEffectEvent((query: string) => surface.options(block.block_id, element, query))

  useEffect(() => {
    if (!external || !open) return
    setFound(undefined)
    if (!enough) return setFound([])
    let wanted = true
    const pause = setTimeout(async () => {
      const options = await search(text)
      if (wanted) setFound(options)
    }, SEARCH_PAUSE_MS)
    return () => {
      wanted = false
      clearTimeout(pause)
    }
  }, [external, open, enough, text])

  if (external) return { options: found ?? [], loading: found === undefined }
  const fits = (option: Option) => option.text.text.toLowerCase().includes(text.toLowerCase())
  return { options: fixedOptions(element, surface).filter(fits), loading: false }
}

function fixedOptions(element: Json, { people, channels }: ReturnType<typeof useSurface>): Option[] {
  const type = String(element.type)
  if (type.includes('users')) return people.map(({ id, name }) => ({ text: { text: name }, value: id }))
  if (type.includes('conversations') || type.includes('channels')) {
    return channels
      .filter((one) => !one.with)
      .map(({ id, name }) => ({ text: { text: `# ${name}` }, value: id }))
  }
  return (element.options ?? []) as Option[]
}

function useNames(): (id: string) => string | undefined {
  const { people, channels } = useSurface()
  return (id) => people.find((one) => one.id === id)?.name ?? channels.find((one) => one.id === id)?.name
}

function keyOfChoice(one: Option | string): string {
  return typeof one === 'string' ? one : one.value
}
