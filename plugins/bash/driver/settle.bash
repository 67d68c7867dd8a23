# shellcheck shell=bash disable=SC2154
# Runs in a subshell of the driver after an event that failed, or that left a process behind. The process group of the
# event's process has been ended. __ah_status is that process's status, and __ah_text the first line that it noted.

# A handler that turns on job control gives its jobs process groups of their own. The host ends
# processes that have left the session too: they have the event's mark in their environment.
end_session() {
  local round found file stat pid
  local -a fields
  for ((round = 0; round < 10; round++)); do
    found=''
    for file in /proc/[1-9]*/stat; do
      IFS='' read -r stat <"$file" || continue
      pid=${stat%% *}
      # After the name, which may contain any character: state, parent, group, session.
      IFS=' ' read -r -a fields <<<"${stat##*) }"
      if [[ ${fields[3]} != "$$" || ${fields[0]} == Z ]]; then continue; fi
      case $pid in
        "$$" | "$BASHPID") ;;
        *) builtin kill -KILL "$pid" && found=1 ;;
      esac
    done
    if [[ ! $found ]]; then return; fi
  done
}

set +f
# At its end no process holds the leash any more.
read -r -t 0 -u "$__ah_leash" || end_session

# The last recorded fault counts; with `done` the event's process has reported itself.
fault=''
while
  case $__ah_text in
    done) builtin exit ;;
    '{"status":'*) fault=$__ah_text ;;
  esac
  read -r -t 0 -u "$__ah_notes_in"
do IFS='' read -r -u "$__ah_notes_in" __ah_text; done

if [[ $__ah_status == "$__ah_simple" && ! $fault ]]; then builtin exit; fi

http=${__ah_statuses#*" $__ah_status="}
if [[ $http != "$__ah_statuses" ]]; then
  printf 'head %d {"http":{"statusCode":%d}}\ndone %d\n' "$__ah_number" "${http%% *}" "$__ah_number"
elif ((__ah_status == 0)); then
  printf 'done %d\n' "$__ah_number"
else
  printf 'failed %d {"status":%d%s}\n' "$__ah_number" "$__ah_status" "${fault:+,\"fault\":$fault}"
fi >"$__ah_reports"
