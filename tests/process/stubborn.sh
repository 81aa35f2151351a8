# Prints its own process id and those of two children; none of them ends when asked.
trap '' HUP INT TERM
sh -c 'trap "" HUP INT TERM; while :; do sleep 5; done' &
first=$!
sh -c 'trap "" HUP INT TERM; while :; do sleep 5; done' &
echo "$$"
echo "$first"
echo "$!"
while :; do sleep 5; done
