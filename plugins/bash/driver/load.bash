# shellcheck shell=bash disable=SC2154 # the parts share their variables
# Everything between `load` and `loaded`, but the sourcing itself: what the handler is, and whether it can be parsed.

__ah_current='' __ah_event='' __ah_strict='' __ah_fault=()
# Code that gives the handler back what the driver has put aside; evaluated in each event's process.
__ah_restore=''
# Whether the handler has a trap on ERR of its own; whether what it pipes its output through gets time to end.
__ah_own_err_trap='' __ah_patient=''

# Switches to the C locale, in which a character is a byte; __ah_restore gets what undoes it.
__ah_plain_locale() {
  case ${LC_ALL:-${LC_CTYPE:-${LANG-}}} in
    '' | C | POSIX) return ;;
  esac
  if [[ ${LC_ALL-} ]]; then
    __ah_restore+="LC_ALL=${LC_ALL@Q};"
    LC_ALL=C
  elif [[ ${LC_CTYPE-} ]]; then
    __ah_restore+="LC_CTYPE=${LC_CTYPE@Q};"
    LC_CTYPE=C
  else
    __ah_restore+='unset -v LC_CTYPE;'
    LC_CTYPE=C
  fi
}

# Puts variables aside that would change what `read` and patterns do.
__ah_put_aside() {
  local name
  for name in TMOUT GLOBIGNORE; do
    [[ -v $name ]] || continue
    if [[ ${!name@a} == *x* ]]; then __ah_restore+='export '; fi
    __ah_restore+="$name=${!name@Q};"
    unset -v "$name"
  done
}

__ah_read_load() {
  __ah_plain_locale
  __ah_read_frame || exit 0
  declare -gA __ah_statuses=()
  local line key value
  while IFS='' read -r line; do
    key=${line%%=*} value=${line#*=}
    case $key in
      file) __ah_file=$value ;;
      function) __ah_function=$value ;;
      form) __ah_form=$value ;;
      tmp) __ah_tmp=$value/$$ ;;
      strict) __ah_strict=1 ;;
      answer) __ah_answer=$value ;;
      status.*) __ah_statuses[${key#status.}]=$value ;;
      bashEnv) __ah_bash_env=$value ;;
    esac
  done <<<"$__ah_payload"
  __ah_close_host_ends
  eval "$__ah_restore"
  __ah_restore=''
  __ah_make_tmp &
  if [[ $__ah_form != executable ]]; then
    __ah_check_syntax
    __ah_scan_file
  fi
}

# A folder of this driver's own; those of drivers that have been killed are removed. The two programs run beside the rest of the start.
__ah_make_tmp() {
  local folder
  for folder in "${__ah_tmp%/*}"/*; do
    if [[ -d $folder && ! -d /proc/${folder##*/} ]]; then rm -rf -- "$folder"; fi
  done
  exec mkdir -p -m 700 -- "$__ah_tmp"
}

# Ends the driver: the handler can't be loaded. $3: the call stack as JSON, if it is known.
__ah_refuse() {
  local type message
  __ah_quote type "$1"
  __ah_quote message "$2"
  trap - EXIT
  __ah_send failed "{\"errorType\":$type,\"errorMessage\":$message,\"stackTrace\":${3:-[]}}"
  builtin exit 1
}

# A script with a syntax error must not run up to it. extglob: a script may turn it on before it uses its patterns.
__ah_check_syntax() {
  local complaint
  complaint=$("$BASH" -O extglob -n -- "$__ah_file" 2>&1) || complaint=$("$BASH" -n -- "$__ah_file" 2>&1) || __ah_syntax_error "$complaint"
}

# Behind a line that ends the script anything may follow: an archive, for instance.
__ah_syntax_error() {
  local line where=999999 number=0
  [[ $1 =~ 'line '([0-9]+)': ' ]] && where=${BASH_REMATCH[1]}
  while ((++number < where)) && IFS='' read -r line; do
    [[ $line =~ ^(exit|exec)([[:space:]\;]|$) ]] && return
  done <"$__ah_file"
  __ah_refuse Runtime.UserCodeSyntaxError "$1"
}

# Looks into the code that will run for what it needs.
__ah_scan() {
  # A trap on ERR of its own wins, with the reach that it has without us.
  if [[ $1 =~ trap[^$'\n']*ERR ]]; then __ah_own_err_trap=1; fi
  # What reads the script's output through a process substitution ends a little later than the script.
  if [[ $1 == *'>('* ]]; then __ah_patient=1; fi
}

__ah_scan_file() {
  local text
  IFS='' read -r -N 10000000 text <"$__ah_file"
  __ah_scan "$text"
}

# The handler is known to work so far: the rest of what an event's process needs.
__ah_finish_load() {
  if [[ $__ah_form == script ]]; then BASH_ARGV0=$__ah_file; fi
  exec 0</dev/null 1>/dev/null 2>/dev/null 3>&-
  wait
  trap - EXIT
  export TMPDIR=$__ah_tmp ANYHANDLER_REPORTS=/proc/$$/fd/$__ah_reports
  __ah_plain_locale
  local signal
  # shellcheck disable=SC2064 # expands now
  for signal in HUP INT QUIT TERM USR1 USR2; do trap "__ah_forward $signal" "$signal"; done
  __ah_send loaded ''
}
