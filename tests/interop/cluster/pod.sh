#!/bin/sh
# Runs the command of a static pod where it sees of its machine's /etc/kubernetes, /var/lib and /var/log only what the
# pod mounts, as a container does.
#
# Usage: pod.sh MOUNTS COMMAND...      MOUNTS: lines of `TYPE SOURCE TARGET ro|rw`
set -eu
mounts=$1
shift
stash=/mnt/pod
mkdir -p "$stash"
mount -t tmpfs tmpfs "$stash"

# What a source holds is kept from what is laid over it; it is made where its type says so.
number=0
while read -r type source _; do
  case $type in
    DirectoryOrCreate) mkdir -p "$source" ;;
    FileOrCreate) [ -e "$source" ] || : > "$source" ;;
  esac
  if [ -d "$source" ]; then mkdir "$stash/$number"; else : > "$stash/$number"; fi
  mount --bind "$source" "$stash/$number"
  number=$((number + 1))
done << END
$mounts
END

for folder in /etc/kubernetes /var/lib /var/log; do
  mkdir -p "$folder"
  mount -t tmpfs -o mode=0755 tmpfs "$folder"
done

number=0
while read -r _ _ target access; do
  if [ -d "$stash/$number" ]; then
    mkdir -p "$target"
  else
    mkdir -p "$(dirname "$target")"
    : > "$target"
  fi
  mount --bind "$stash/$number" "$target"
  [ "$access" = rw ] || mount -o remount,bind,ro "$target"
  number=$((number + 1))
done << END
$mounts
END
exec "$@"
