# The first process of a process namespace of its own, so that nothing of the container outlives it:
# podman leaves its monitor behind, in a session where no process group reaches it.
# The mounts are this process's own. What podman keeps of a container is in memory, at a path that is
# short enough for it, and is gone with it.
mount -t tmpfs -o mode=700 airlock /var/spool || exit
# On a machine with both generations of control groups, runtimes refuse to start until the newer is
# out of sight.
[ "$0" = hybrid ] && umount /sys/fs/cgroup/unified
exec "$@"
