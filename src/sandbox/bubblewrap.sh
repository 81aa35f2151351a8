# Runs the command with the file $0 open as its ninth: a command of Deno is given three and no more.
exec 9<"$0"
exec "$@"
