import { type ControlProps, useHeld } from './held.ts'
import type { Option } from './state.ts'

/** Checkboxes and radio buttons. */
export function Choices(props: ControlProps) {
  const { element, id, aria } = props
  const [held, hold] = useHeld(props)
  const type = String(element.type)
  const many = type === 'checkboxes'
  const options = (element.options ?? []) as Option[]
  const chosen = (many ? held.selected_options : [held.selected_option]) as (Option | null)[]
  const isChosen = (option: Option) => chosen.some((one) => one?.value === option.value)

  function choose(option: Option) {
    if (!many) return hold({ type, selected_option: option })
    hold({ type, selected_options: options.filter((one) => isChosen(one) !== (one.value === option.value)) })
  }

  return (
    <fieldset
      className="choices"
      id={id}
      aria-labelledby={id && `${id}-label`}
      aria-describedby={aria?.['aria-describedby']}
    >
      {options.map((option) => (
        <label key={option.value}>
          <input
            type={many ? 'checkbox' : 'radio'}
            name={id ?? String(element.action_id)}
            checked={isChosen(option)}
            onChange={() => choose(option)}
          />
          <span>
            {option.text.text}
            {option.description && <small>{option.description.text}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
