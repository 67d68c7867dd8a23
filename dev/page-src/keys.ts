import { useEffect } from 'preact/hooks'

/** The action of each key. Keys have no action while the user types into a field. */
export type Keys = Readonly<Record<string, () => void>>

export const keyTexts: readonly (readonly [key: string, text: string])[] = [
  ['j, ↓', 'the next invocation'],
  ['k, ↑', 'the one before'],
  ['r', 'send the open one again'],
  ['e', 'edit the open one, then send it'],
  ['n', 'go to the form'],
  ['/', 'filter the list'],
  ['Ctrl Enter', 'send the form'],
  ['Esc', 'leave a field; close the open invocation'],
  ['?', 'this list'],
]

export function useKeys(keys: Keys): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const { target, key } = event
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const isField = target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
      if (isField && key === 'Escape') return target.blur()
      const act = isField ? undefined : keys[key]
      if (!act) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [keys])
}
