# Sourced by the scripts of this folder: where the lane is, and how packages get onto the machine.

# The lane's folder: the compiler, and Wine's prefix with the Pythons in it.
LANE=${HOTLOAD_WINDOWS_LANE:-${XDG_CACHE_HOME:-$HOME/.cache}/hotload-windows}
WINDOWS_TARGET=${HOTLOAD_WINDOWS_TARGET:-x86_64-pc-windows-gnu}

say() { printf '%s: %s\n' "${0##*/}" "$*"; }
die() {
    say "$*" >&2
    exit 1
}

case $LANE in
*[[:space:]]*) die "the lane's folder must have no blanks in its path: $LANE" ;;
esac

# The prefix of mingw-w64's tools for a target.
mingw() {
    case $1 in
    x86_64-pc-windows-gnu) echo x86_64-w64-mingw32 ;;
    i686-pc-windows-gnu) echo i686-w64-mingw32 ;;
    *) die "unknown target: $1" ;;
    esac
}

# Runs a command whose output matters only if it fails.
logged() {
    "$@" >>"$LOG" 2>&1 || {
        tail -40 "$LOG" >&2
        die "failed: $*"
    }
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@"
}

# Reads the lists of packages, once. If another apt-get is reading them, waits for it.
refresh_packages() {
    [ -z "${packages_are_fresh-}" ] || return 0
    packages_are_fresh=1
    for _ in $(seq 60); do
        apt update >"$LOG.apt" 2>&1 && return
        grep -q 'Could not get lock' "$LOG.apt" || break
        sleep 5
    done
    cat "$LOG.apt" >&2
    say "apt-get update failed; the lists that are there will have to do" >&2
}

install_packages() {
    missing=
    for package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    refresh_packages
    # shellcheck disable=SC2086
    logged apt install --no-install-recommends $missing
}
