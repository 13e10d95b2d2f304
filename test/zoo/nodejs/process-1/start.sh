# A process of a container without an init program.
unshare --pid --fork --mount-proc "$1" app.cjs "$2" &
above=$!
trap 'kill -TERM $(cat /proc/$above/task/$above/children)' TERM
wait $above
wait $above
