/** Patterns of a script that uses its arguments, or that may run other code which does. */
const signs = [
  // $1, ${1…}, ${!1}, $@, $*, $#, ${!#}, ${#1}, $_
  /\$\{?!?[1@*]/,
  // ${!name}: the value of name may be 1.
  /\$\{!\w/,
  /\$#|\$\{!?#[^A-Za-z_]/,
  /\$\{?_(?!\w)/,
  /-v\s+1/,
  // A `for` or `select` without `in` uses the arguments.
  /\b(?:for|select)\s+\w+\s*(?:;|do\s)/,
  /shift|getopts|source|eval|alias|enable|BASH_ARG|BASH_ENV/,
  /(?:^|[\s;&|({])(?:set|\.)\s/m,
]

/**
 * True if a handler may use its first argument, which is the event. A large event becomes an argument only then,
 * because that takes long. Standard input has it in any case.
 * @param text of the script, or of the file of functions
 */
export function mayLookAtArguments(text: string): boolean {
  return signs.some((sign) => sign.test(text))
}
