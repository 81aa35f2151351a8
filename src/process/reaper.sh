#!/bin/sh
# Ends what a host leaves behind, however the host ended.
#
# Runs in a session of its own. Its input is a pipe that only the host can write to, so the end of
# input means that the host is gone: then every process group still on the list is killed, and the
# directory $1 is removed if one is named.
#
#   add <pgid>   put a process group on the list
#   del <pgid>   take it off again
#   end          do now what the end of input means

trap '' HUP INT QUIT TERM USR1 USR2 PIPE

list=' '
while read -r verb pgid; do
  [ "$verb" = end ] && break
  # 0 would name the reaper's own group, and 1 everything.
  case $pgid in '' | 0* | 1 | *[!0-9]*) continue ;; esac
  case $verb in
    add) list="$list$pgid " ;;
    del) case $list in *" $pgid "*) list="${list%%" $pgid "*} ${list#*" $pgid "}" ;; esac ;;
  esac
done

for pgid in $list; do
  kill -s KILL -- "-$pgid" 2>/dev/null
done
if [ -n "$1" ]; then rm -rf -- "$1"; fi
