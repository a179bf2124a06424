#!/bin/sh
# The first process of a machine of the test: in namespaces of its own (network, mounts, host name, processes), it lays a
# file system over the real one that is gone with it, says `ready`, and lives until its standard input is closed.
#
# Usage: machine.sh NAME PROGRAMS SCRIPTS
set -eu
name=$1 programs=$2 scripts=$3
echo "$name" > /proc/sys/kernel/hostname
mount -t proc proc /proc
mount -t tmpfs -o mode=0755 tmpfs /mnt
for folder in etc var; do
  mkdir -p "/mnt/$folder/upper" "/mnt/$folder/work"
  mount -t overlay overlay -o "lowerdir=/$folder,upperdir=/mnt/$folder/upper,workdir=/mnt/$folder/work" "/$folder"
done
mount -t tmpfs -o mode=0755 tmpfs /run
mount --bind "$programs" /usr/local/bin
mount -t tmpfs -o mode=0755 tmpfs /usr/local/sbin
install -m 0755 "$scripts/systemctl.sh" /usr/local/sbin/systemctl
# What this computer has of Kubernetes is not this machine's.
rm -rf /etc/kubernetes /etc/etcd /etc/cni /var/lib/kubernetes /var/lib/kubelet /var/lib/kube-proxy /var/lib/etcd
echo "127.0.0.1 localhost" > /etc/hosts
ip link set lo up
echo ready
exec cat > /dev/null
