# shellcheck shell=bash
# The driver's descriptors. Their numbers are high, so that files of functions don't use the same ones:
#   230, 231  control: from and to the host           234, 236  leashes: an event's processes hold the other end of one
#   232       standard error of handlers              235  notes: messages of an event's process to the driver
#   233       reports to the host                     240 to 245  where the host reads: standard output, result,
#                                                     standard error, reports, and the first two once more, because
#                                                     events use their pipes in turn
# The driver holds no write end of standard output and result: each event's process opens its own. In that process 238
# is its end of the leash. 0 is the handler's, a new pipe for each event.

# Closes descriptors that the host itself has inherited. 255 is the script that bash reads.
for __ah_text in /proc/self/fd/*; do
  __ah_text=${__ah_text##*/}
  if ((__ah_text > 4 && __ah_text != 255)); then exec {__ah_text}>&-; fi
done
exec 230<&3 231>&4 3<&- 4>&-

# bash keeps a short here-string in a pipe: so pipes are made without starting a process. The other end is opened by its
# path.
# shellcheck disable=SC2093,SC2261
exec 0<<<'' 234<<<'' 235<<<'' 236<<<'' 240<<<'' 241<<<'' 242<<<'' 243<<<'' 244<<<'' 245<<<''
for __ah_text in 0 234 235 236 240 241 242 243 244 245; do read -r -u "$__ah_text"; done
exec 3>/dev/null 232>/proc/self/fd/242 233>/proc/self/fd/243
exec 235<>/proc/self/fd/235

__ah_text='{"protocol":2,"pid":'$$',"outputs":{"stdout":[240,244],"result":[241,245],"stderr":242},"reports":243,"stdin":0,"leash":[234,236],"frameLimit":65536,"stdinFile":true,"environment":true,"idle":true}'
printf 'ready %d\n%s' "${#__ah_text}" "$__ah_text" >&231
