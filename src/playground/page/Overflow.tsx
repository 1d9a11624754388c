import { useRef } from 'react'
import type { ControlProps } from './held.ts'
import { useSurface } from './Surface.tsx'
import type { Option } from './state.ts'

/** The menu behind three dots. */
export function Overflow({ block, element }: ControlProps) {
  const { act } = useSurface()
  const menu = useRef<HTMLDetailsElement>(null)
  const close = () => menu.current?.removeAttribute('open')
  return (
    <details className="overflow" ref={menu} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <summary aria-label="More actions">⋯</summary>
      <div>
        {((element.options ?? []) as Option[]).map((option) => (
          <button
            type="button"
            key={option.value}
            onClick={() => {
              close()
              if (option.url) window.open(option.url, '_blank', 'noopener')
              void act(block.block_id, element, { selected_option: option })
            }}
          >
            {option.text.text}
          </button>
        ))}
      </div>
    </details>
  )
}
