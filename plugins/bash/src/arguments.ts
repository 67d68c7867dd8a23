/** What stands in a script that looks at its arguments, or that may run other text which does. */
const signs = [
  // $1, ${1…}, ${!1}, $@, $*, $#, ${!#}, ${#1}, $_
  /\$\{?!?[1@*]/,
  // ${!name}: what name holds may be 1.
  /\$\{!\w/,
  /\$#|\$\{!?#[^A-Za-z_]/,
  /\$\{?_(?!\w)/,
  /-v\s+1/,
  // Without `in` they go through the arguments.
  /\b(?:for|select)\s+\w+\s*(?:;|do\s)/,
  /shift|getopts|source|eval|alias|enable|BASH_ARG|BASH_ENV/,
  /(?:^|[\s;&|({])(?:set|\.)\s/m,
]

/**
 * Whether a handler may look at its first argument, which is the event. A large event that nobody looks at is not made one: that takes long. Standard input has it, too.
 * @param text of the script, or of the file of functions
 */
export function mayLookAtArguments(text: string): boolean {
  return signs.some((sign) => sign.test(text))
}
