import { type RefObject, useEffect, useEffectEvent, useRef } from 'react'

/** Takes the focus for as long as an element stands, then gives it back to what had it. */
export function useBorrowedFocus<E extends HTMLElement>(take: (element: E) => void): RefObject<E | null> {
  const ref = useRef<E>(null)
  const begin = useEffectEvent(take)
  useEffect(() => {
    const before = document.activeElement
    if (ref.current) begin(ref.current)
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return ref
}
