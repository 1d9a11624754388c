interface SelectProps {
  readonly label: string
  readonly names: readonly string[]
  readonly value: string
  /** The label of the empty choice; without it one name is always chosen. */
  readonly none?: string
  readonly onChoose: (name: string) => void
}

/** One name of several, as a panel of the sandbox asks for it. */
export function Select({ label, names, value, none, onChoose }: SelectProps) {
  return (
    <label>
      {label}
      <select value={value} onChange={(change) => onChoose(change.target.value)}>
        {none && <option value="">{none}</option>}
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}
