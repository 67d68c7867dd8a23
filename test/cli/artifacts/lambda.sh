#!/bin/sh
# A machine as Lambda gives it, as far as mounts and users can: called as root in mount and process namespaces of its
# own. usage: lambda.sh LAYER TASK RUNTIME EMULATOR ARGUMENTS...
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
if [ -n "${MANAGED_PYTHON:-}" ]; then
  mkdir -p /mnt/lang/bin /mnt/lang/lib /mnt/lang/root
  mount --bind "$MANAGED_PYTHON" /mnt/lang/root
  cat >/mnt/lang/bin/python3.13 <<'end'
#!/bin/sh
libraries=/var/lang/root/usr/lib/x86_64-linux-gnu
PYTHONHOME=/var/lang/root/usr exec $libraries/ld-linux-x86-64.so.2 --library-path $libraries /var/lang/root/usr/bin/python3.13 "$@"
end
  chmod 755 /mnt/lang/bin/python3.13
  # Whatever looks for this library here, on AWS's library path, does not start.
  echo "not for Node" >/mnt/lang/lib/libstdc++.so.6
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
unset MANAGED_NODE MANAGED_PYTHON
# Changing the user takes away what ends it with its parent: it is asked for anew.
exec setpriv --pdeathsig KILL --reuid=993 --regid=990 --clear-groups --no-new-privs /var/aws-lambda-rie "$@"
