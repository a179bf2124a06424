#!/bin/sh
# systemd's part on a machine of the test, which has none: starts and stops services by the ExecStart lines of their units
# as they are. (systemd itself judges the units in another test.) The kubelet is the hollow one: nothing runs containers.
#
# Usage: systemctl daemon-reload | enable NAME... | start NAME... | stop NAME... | restart NAME...
set -euf
action=$1
shift

# value KEY UNIT
value() {
  sed -n "s/^$1=//p" "$2"
}

start() {
  unit=/etc/systemd/system/$1.service
  if [ ! -f "$unit" ]; then
    echo "Unit $1.service not found." >&2
    return 5
  fi
  for kind in State:/var/lib Logs:/var/log; do
    key=${kind%%:*}Directory
    folder=$(value "$key" "$unit")
    [ -z "$folder" ] || mkdir -p -m "$(value "${key}Mode" "$unit")" "${kind#*:}/$folder"
  done
  line=$(sed -e ':join' -e '/\\$/{N;s/\\\n/ /;b join' -e '}' "$unit" | sed -n 's/^ExecStart=//p')
  name=$1
  set --
  # Words as systemd cuts them: at white space, with `\xNN` for bytes and `%%` and `$$` for one of them.
  for word in $line; do
    set -- "$@" "$(printf %b "$(printf %s "$word" | sed 's/%%/%/g; s/\$\$/$/g')")"
  done
  case $1 in
    */kubelet) hollow=${1%/*}/hollow-kubelet && shift && set -- "$hollow" "$@" ;;
  esac
  setsid "$@" > "/run/$name.log" 2>&1 < /dev/null &
  echo "$!" > "/run/$name.pid"
}

stop() {
  pid=$(cat "/run/$1.pid")
  kill "$pid"
  # Its parent is gone, and the machine's first process may not have asked for its end yet.
  while [ -d "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status"; do sleep 0.05; done
}

for name in "$@"; do
  case $action in
    daemon-reload | enable) ;;
    start) start "$name" ;;
    stop) stop "$name" ;;
    restart) stop "$name" && start "$name" ;;
    *) echo "Unknown command verb $action." >&2 && exit 1 ;;
  esac
done
