import { Message, type MessageProps } from 'slack-blocks-to-jsx'
import type { Json } from '../types.ts'
import { Control } from './Control.tsx'
import { useSurface } from './Surface.tsx'

/** Draws blocks: text and tables as Slack does, buttons and inputs with our own controls. */
export function Blocks({ blocks }: { readonly blocks: readonly Json[] }) {
  return blocks.map((block) => <BlockView key={String(block.block_id)} block={block} />)
}

function BlockView({ block }: { readonly block: Json }) {
  if (block.type === 'input') return <Input block={block} />
  if (block.type === 'actions') {
    return (
      <div className="actions">
        {(block.elements as Json[]).map((element) => (
          <Control key={String(element.action_id)} block={block} element={element} />
        ))}
      </div>
    )
  }
  const accessory = block.accessory as Json | undefined
  if (!accessory || accessory.type === 'image') return <Reading block={block} />
  const { accessory: _, ...rest } = block
  return (
    <div className="with-accessory">
      <Reading block={rest} />
      <Control block={block} element={accessory} />
    </div>
  )
}

/** The library draws no data tables: a plain table tells the same. */
function asTable(block: Json): Json {
  if (block.type !== 'data_table') return block
  const { type: _, caption: __, page_size: ___, rows, ...rest } = block
  const text = (cell: Json) => ({ type: 'raw_text', text: String(cell.text ?? cell.value ?? '–') })
  return { ...rest, type: 'table', rows: (rows as Json[][]).map((row) => row.map(text)) }
}

/**
 * Leaves `verbatim` out: in Slack it only keeps addresses and names from becoming links, while the library would draw no
 * formatting at all.
 */
function formatted(block: Json): Json {
  return JSON.parse(JSON.stringify(block), (key, value) => (key === 'verbatim' ? undefined : value))
}

function Reading({ block }: { readonly block: Json }) {
  const { people, channels } = useSurface()
  const users = people.map(({ id, name }) => ({ id, name }))
  return (
    <Message
      theme="light"
      name=""
      logo=""
      withoutWrapper
      blocks={[asTable(formatted(block))] as unknown as MessageProps['blocks']}
      data={
        { users, channels: channels.map(({ id, name }) => ({ id, name })) } as NonNullable<
          MessageProps['data']
        >
      }
    />
  )
}

function Input({ block }: { readonly block: Json }) {
  const { errors } = useSurface()
  const id = `input-${String(block.block_id)}`
  const error = errors[String(block.block_id)]
  const label = (block.label as { text: string } | undefined)?.text ?? ''
  const hint = (block.hint as { text: string } | undefined)?.text
  const aria = {
    'aria-required': block.optional !== true,
    'aria-invalid': Boolean(error),
    'aria-describedby': [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined,
  }
  return (
    <div className={error ? 'input wrong' : 'input'} data-block={String(block.block_id)}>
      <label htmlFor={id} id={`${id}-label`}>
        {label}
        {block.optional === true && <span className="optional"> (optional)</span>}
      </label>
      <Control block={block} element={block.element as Json} id={id} aria={aria} />
      {error && (
        <p className="error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
