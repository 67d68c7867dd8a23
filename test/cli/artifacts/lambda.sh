#!/bin/sh
# A machine as Lambda gives it, as far as mounts and users can: called as root in mount and process namespaces of its own.
# usage: lambda.sh LAYER TASK RUNTIME EMULATOR ARGUMENTS...
#   LAYER, TASK, RUNTIME   folders for /opt, /var/task and /var/runtime; EMULATOR: the emulator's program
# What the function gets as its environment stands in the environment of this script.
set -eu
layer=$1 task=$2 runtime=$3 emulator=$4
shift 4

mount -t tmpfs -o mode=755 tmpfs /mnt
cp "$emulator" /mnt/aws-lambda-rie
if [ -n "${MANAGED_NODE:-}" ]; then
  mkdir -p /mnt/lang/bin
  touch /mnt/lang/bin/node
  mount --bind "$MANAGED_NODE" /mnt/lang/bin/node
fi
mkdir -p /mnt/task /mnt/runtime /mnt/lang
mount --bind "$task" /mnt/task
mount --bind "$runtime" /mnt/runtime
mount --bind "$layer" /opt
mount --rbind /mnt /var
# The temporary folder is the one place that can be written to, and nothing is left in it of the machine's own.
mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -o remount,bind,ro /opt
mount -o remount,bind,ro /var/task
mount -o remount,bind,ro /var
mount -o remount,bind,ro /
cd /var/task
unset MANAGED_NODE
# Changing the user takes away what ends it with its parent: it is asked for anew.
exec setpriv --pdeathsig KILL --reuid=993 --regid=990 --clear-groups --no-new-privs /var/aws-lambda-rie "$@"
