# Starts a demo with data of its own for a test, and stops it. Sourced by scripts that
# set `name` to how they call themselves.
# shellcheck shell=bash

readonly READY_WITHIN=300 EXIT_WITHIN=20

say() { printf '%s: %s\n' "$name" "$*"; }

work=$(cd "$(mktemp -d "${TMPDIR:-/tmp}/renown-$name.XXXXXX")" && pwd -P)
# As root, Postgres runs as another user, who must be able to enter.
chmod 755 "$work"
data=$work/data
output=$work/output
demo=''
keep=''
# Tests leave a debug build, and a demo tells the same by it.
renown=${CARGO_TARGET_DIR:-target}/debug/renown

clean_up() {
    if [[ -n $demo ]] && kill -0 "$demo" 2>/dev/null; then
        kill -KILL "$demo"
        wait "$demo" 2>/dev/null || true
    fi
    [[ -n $keep ]] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

fail() {
    keep=yes
    say "FAILED: $*" >&2
    if [[ -s $output ]]; then
        say "the last lines of the demo's output ($output):" >&2
        tail -n 40 "$output" >&2
    fi
    exit 1
}

# Prints a port on which nothing answers. Two runs at once may choose the same one; the demo
# then says that the port is taken, and the test fails.
free_port() {
    local candidate
    for _ in {1..50}; do
        candidate=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "no free port found"
}

# Builds the service, starts the demo on a free port, and waits until it is ready and has
# printed all. Its configuration is the file of which the name may be given. Sets `base` and
# `key`.
start_demo() {
    local config=${1:-} port second ready=''
    say "building"
    cargo build --locked --quiet
    port=$(free_port)
    base=http://127.0.0.1:$port
    say "starting the demo on $base with its data in $data"
    # The demo starts its own Postgres, so DATABASE_URL must not name another.
    env -u DATABASE_URL RENOWN_DATA_DIR="$data" RENOWN__HTTP__BIND="127.0.0.1:$port" \
        RENOWN__HTTP__PUBLIC_URL="$base" ${config:+"RENOWN_CONFIG=$config"} \
        "$renown" demo >"$output" 2>&1 </dev/null &
    demo=$!
    for ((second = 0; second < READY_WITHIN; second++)); do
        kill -0 "$demo" 2>/dev/null || fail "the demo ended while starting"
        if [[ -z $ready ]] && curl -fsS -o /dev/null --max-time 5 "$base/readyz" 2>/dev/null; then
            ready=yes
            say "ready after $second s"
        fi
        if [[ -n $ready && -n $(curls) ]]; then
            # More lines may follow.
            sleep 1
            break
        fi
        sleep 1
    done
    [[ -n $ready ]] || fail "the demo was not ready within $READY_WITHIN s"
    [[ -n $(curls) ]] || fail "the demo printed no curl line within $READY_WITHIN s"
    key=$(curls | sed -n "1s/.*Bearer \([^']*\)'.*/\1/p")
}

# Prints the curl lines that the demo printed.
curls() { sed -n 's/^[[:space:]]*\(curl .*\)$/\1/p' "$output"; }

# Tells the demo to end, and checks that it does.
stop_demo() {
    local tenth status=0
    say "telling the demo to end"
    kill -TERM "$demo"
    for ((tenth = 0; tenth < EXIT_WITHIN * 10; tenth++)); do
        kill -0 "$demo" 2>/dev/null || break
        sleep 0.1
    done
    kill -0 "$demo" 2>/dev/null && fail "the demo did not end within $EXIT_WITHIN s of SIGTERM"
    wait "$demo" || status=$?
    demo=''
    ((status == 0)) || fail "the demo ended with exit code $status"
}
