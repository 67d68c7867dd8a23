/** A flag, said once: the parser, `--help`, the completion of shells and the types of the values are made from it. */
export interface Flag {
  /** Name of its value in `--help`, such as `FILE`. A flag without it takes no value. */
  readonly value?: string
  /**
   * Its line of `--help`, without default, words and "may be given several times": these come from the other fields.
   */
  readonly help: string
  /** A sentence behind the words. */
  readonly note?: string
  /** Its value when it is absent. */
  readonly usual?: string | number
  /** The only values that it may have. */
  readonly words?: readonly string[]
  /** Other names of words. */
  readonly synonyms?: Readonly<Record<string, string>>
  /** The reason why a likely word is not allowed; undefined for other words. */
  readonly whyNot?: (word: string) => string | undefined
  /** Makes it a number. */
  readonly range?: Range
  readonly multiple?: true
  /** An empty value is allowed; else it is refused, because a variable of the shell without a value is a slip. */
  readonly mayBeEmpty?: true
  /** Forms of the command that it belongs to; all when absent. */
  readonly forms?: readonly string[]
  /** It is refused without one of these flags. */
  readonly needs?: readonly string[]
  /** The heading of `Command.sections` below which it stands. */
  readonly section?: string
}

interface Range {
  readonly least: number
  readonly most: number
  readonly whole?: true
  /** The allowed values with their limits: `a whole number from 0 to 9`. */
  readonly name: string
}

export type Flags = Readonly<Record<string, Flag>>

/** A word of the command line that is not a flag. */
export interface Operand {
  readonly name: string
  readonly help?: string
  readonly words?: readonly string[]
  readonly optional?: true
  /** Takes all words that follow. */
  readonly multiple?: true
}

/**
 * One way to use a command; its name is its first operand, such as `layer`, or a flag, such as `--check`. '' is the way
 * without either.
 */
export interface Form {
  readonly operands: readonly Operand[]
  /** Its line of `--help`. */
  readonly help?: string
  /** The reason why it takes no operand, if users may expect one. */
  readonly noOperand?: string
}

/** A group of flags of which one is enough: two are refused, but for those with `needs`. */
interface Section {
  readonly title: string
  /** Stands for all of them in the usage line. */
  readonly usage: string
  /** Ends the sentence that refuses two: `one event is enough`. */
  readonly refusal: string
}

export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /**
   * Paragraphs before the flags in `--help`, and lines after them. Lines that begin with a space are printed as they
   * are.
   */
  readonly about: readonly string[]
  readonly more?: readonly string[]
  readonly forms: Readonly<Record<string, Form>>
  readonly sections?: Readonly<Record<string, Section>>
  readonly flags: Flags
  /** Ends the refusal of a command line that fits no form: `build needs an argument: …`. */
  readonly formsText?: string
}

type ValueOf<Of> = Of extends { multiple: true }
  ? readonly string[]
  : Of extends { words: readonly (infer Word)[] }
    ? Word
    : Of extends { range: Range }
      ? number
      : Of extends { value: string }
        ? string
        : true

type WithDefault<Of> = { [Name in keyof Of]: Of[Name] extends { usual: unknown } ? Name : never }[keyof Of]

/** The values of a command's flags. Those with a default are always there. */
export type Given<Of> = { readonly [Name in keyof Of]?: ValueOf<Of[Name]> | undefined } & {
  readonly [Name in WithDefault<Of>]: ValueOf<Of[Name]>
}

/** A command line that was parsed. */
export interface Parsed<Of extends Pick<Command, 'flags'> = Command> {
  readonly values: Given<Of['flags']>
  /** The name of the form that was used. */
  readonly form: string
  /** Without the one that names the form. */
  readonly operands: readonly string[]
}
