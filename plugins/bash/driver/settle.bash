# shellcheck shell=bash disable=SC2154 # the parts share their variables
# After an event: its process has ended; what it left is ended and removed, and the host is told.

# Waits for the event's process; its status goes to __ah_status. A signal that the driver forwards interrupts the wait.
__ah_wait() {
  local status
  while
    __ah_interrupted=''
    wait "$__ah_current"
    status=$?
    [[ $__ah_interrupted ]]
  do :; done
  __ah_status=$status
}

# `$$` is the driver for whatever a handler starts: a signal for it is meant for the handler.
__ah_forward() {
  __ah_interrupted=1
  if [[ $__ah_current ]]; then builtin kill -s "$1" "$__ah_current"; fi
}

__ah_settle() {
  # The host's end of the control descriptor is closed: RTMAX-1.
  if ((__ah_status == 191)); then
    builtin kill -KILL "$__ah_next"
    builtin exit 0
  fi
  if [[ $__ah_patient ]]; then read -r -t 1 -u "$__ah_leash"; fi
  builtin kill -KILL -- "-$__ah_current"
  # At the end of the file nobody holds it any more.
  read -r -t 0 -u "$__ah_leash" || __ah_end_session
  local failure='' fault
  # By RTMAX a process ends that has reported itself. Were it something else, the host would know by then that nothing was reported.
  __ah_read_note fault
  if ((__ah_status != 0)); then failure="{\"status\":$__ah_status${fault:+,\"fault\":$fault}}"; fi
  if ((__ah_status != 192)) || [[ $fault || $__ah_form == executable ]]; then
    __ah_report "$failure"
    failure=''
  fi
  __ah_clean_tmp
  printf 'idle\n' >&"$__ah_reports"
}

# A handler that turns on job control gives its jobs process groups of their own. What has left the session too is the host's matter: it has the event's
# mark in its environment.
__ah_end_session() {
  local round found file stat pid
  local -a fields
  for ((round = 0; round < 10; round++)); do
    found=''
    for file in /proc/[1-9]*/stat; do
      IFS='' read -r stat <"$file" || continue
      pid=${stat%% *}
      # Behind the name, which may hold anything: state, parent, group, session.
      IFS=' ' read -r -a fields <<<"${stat##*) }"
      if [[ ${fields[3]} == "$$" && ${fields[0]} != Z && $pid != "$$" && $pid != "$__ah_next" ]]; then
        builtin kill -KILL "$pid" && found=1
      fi
    done
    if [[ ! $found ]]; then return; fi
  done
}

# $1: the failure, or nothing.
__ah_report() {
  if [[ ! $1 ]]; then
    printf 'done\n' >&"$__ah_reports"
  elif [[ ${__ah_statuses[$__ah_status]-} ]]; then
    printf 'head {"http":{"statusCode":%d}}\ndone\n' "${__ah_statuses[$__ah_status]}" >&"$__ah_reports"
  else
    printf 'failed %s\n' "$1" >&"$__ah_reports"
  fi
}

# Each event finds its TMPDIR empty. The program that removes costs a millisecond: it is started only when there is something.
__ah_clean_tmp() {
  local left
  shopt -s nullglob dotglob
  left=("$__ah_tmp"/*)
  shopt -u nullglob dotglob
  if ((${#left[@]} == 0)) && [[ -d $__ah_tmp && ! -L $__ah_tmp ]]; then return; fi
  rm -rf -- "$__ah_tmp"
  if [[ -e $__ah_tmp ]]; then
    # A folder that its owner may not write to.
    chmod -R u+rwX -- "$__ah_tmp"
    rm -rf -- "$__ah_tmp"
  fi
  # Without an empty folder this lane is of no more use: the host opens another.
  mkdir -m 700 -- "$__ah_tmp" || builtin exit 1
}

# The process forked last may take the next event; the one forked after it waits on the other pipe.
__ah_give_turn() {
  local in=$__ah_turn_in out=$__ah_turn_out
  printf 1 >&"$__ah_turn_out"
  __ah_turn_in=$__ah_later_in __ah_turn_out=$__ah_later_out
  __ah_later_in=$in __ah_later_out=$out
}
