# shellcheck shell=bash disable=SC2154 # the parts share their variables
# The pipes between host, driver and the processes of events.

# Makes a pipe without starting a process: bash keeps a short here-string in one. Its ends go to __ah_reader and __ah_writer.
__ah_pipe() {
  exec {__ah_reader}<<<''
  read -r -N 1 -u "$__ah_reader"
  exec {__ah_writer}>"/proc/self/fd/$__ah_reader"
}

# What the host itself has inherited without knowing is no handler's business. 255 is the script that bash reads.
__ah_close_inherited() {
  local fd
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    if ((fd > 4 && fd != 255)); then exec {fd}>&-; fi
  done
}

# Takes the control descriptors, makes all pipes and tells the host about them.
__ah_open_pipes() {
  __ah_close_inherited
  exec {__ah_in}<&3 {__ah_out}>&4 3<&- 4>&-
  local stdout stderr result reports stdin
  __ah_pipe
  stdout=$__ah_reader __ah_stdout=$__ah_writer
  __ah_pipe
  stderr=$__ah_reader __ah_stderr=$__ah_writer
  __ah_pipe
  result=$__ah_reader __ah_result=$__ah_writer
  # Frames as lines, for everything that has no control descriptor.
  __ah_pipe
  reports=$__ah_reader __ah_reports=$__ah_writer
  # The host alone writes here: with its write end closed, a handler sees the end of its input.
  __ah_pipe
  stdin=$__ah_reader __ah_stdin=$__ah_reader
  exec {__ah_writer}>&-
  # Only an event's processes hold the write end, which each opens by this path.
  __ah_pipe
  __ah_leash=$__ah_reader
  exec {__ah_writer}>&-
  # What an event's process says to the driver, faults above all; both ends stay.
  __ah_pipe
  __ah_notes_in=$__ah_reader __ah_notes=$__ah_writer
  # Whose turn it is to take an event.
  __ah_pipe
  __ah_turn_in=$__ah_reader __ah_turn_out=$__ah_writer
  __ah_pipe
  __ah_later_in=$__ah_reader __ah_later_out=$__ah_writer

  __ah_send ready "{\"protocol\":1,\"pid\":$$,\"outputs\":{\"result\":$result,\"stdout\":$stdout,\"stderr\":$stderr},\"stdin\":$stdin,\"frameLimit\":65536,\"leash\":$__ah_leash,\"reports\":$reports,\"idle\":true}"
  __ah_only_for_host=("$stdout" "$stderr" "$result" "$reports")
}

# The host has opened its ends.
__ah_close_host_ends() {
  local fd
  for fd in "${__ah_only_for_host[@]}"; do exec {fd}<&-; done
  unset -v __ah_only_for_host __ah_reader __ah_writer
}
