import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'

const themes = ['system', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

function stored(): Theme {
  return themes.find((one) => one === localStorage.getItem('anyhandler-theme')) ?? 'system'
}

export function ThemeChoice(): JSX.Element {
  const [theme, choose] = useState(stored)
  useEffect(() => {
    localStorage.setItem('anyhandler-theme', theme)
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  return (
    <label class="theme">
      <span class="hidden">Colours</span>
      <select value={theme} onChange={({ currentTarget }) => choose(currentTarget.value as Theme)}>
        {themes.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  )
}
