/** The values of `--template`, each with its purpose. */
export const templates = {
  sql: 'a handler in SQL',
  bash: 'a handler in bash',
  python: 'a handler in Python',
  javascript: 'a handler in JavaScript',
  mixed: 'all four languages in one folder',
  plugin: 'a language of your own, as a package',
} as const

export type TemplateName = keyof typeof templates

/** The values of `--kind` for a plugin. */
export const kinds = {
  filter: 'any interpreter that reads the event and writes the answer',
  warm: 'a driver in the language itself, which keeps running',
  js: "in JavaScript, in the host's own process",
} as const

export type PluginKind = keyof typeof kinds

/** The plan of the new folder. */
export interface Plan {
  /** As the command line gave it. */
  readonly folder: string
  readonly template: TemplateName
  readonly kind: PluginKind
  /** The package's name. */
  readonly name: string
  /** Only for a plugin: its name and its extension, with the dot. */
  readonly language: string
  readonly extension: string
}

/** The folders of `templates/` that make a plan, later ones over earlier ones. */
export function layersOf({ template, kind }: Plan): readonly string[] {
  if (template === 'plugin') return ['plugin', `plugin-${kind}`]
  if (template === 'mixed') return ['functions', 'mixed']
  return ['functions', template]
}
