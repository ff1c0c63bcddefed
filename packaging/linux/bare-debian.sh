#!/bin/bash
# Prove that the packages start on a Debian 12 to which next to nothing was added.
#
#     packaging/linux/bare-debian.sh [DEB [TAR.XZ [FOLDER]]]
#
# Two bare roots are made with debootstrap (variant minbase) in FOLDER, or in a temporary one:
# in the first apt installs the .deb with what it depends on, nothing recommended; the second gets
# libegl1 and libgl1, and the .tar.xz is unpacked in a home folder. In each an ordinary user starts
# the program twice: offscreen, and on the X screen of an Xvfb that runs outside. Both runs have a
# network of their own with nothing but loopback, and must end with status 0, nothing on stderr,
# quotes received, and a picture. FOLDER/*.png are the pictures.
#
# MIRROR is where Debian comes from; unset, it is where this machine's own apt gets it.
# SECONDS_RUN (8) is how long the program runs.
#
# Needs root, for chroot; debootstrap, Xvfb, unshare and ip. Whatever is mounted or started inside
# a root is so in namespaces of its own, and the kernel removes it with the last process, also when
# this script is killed.
set -euo pipefail

SUITE=bookworm
SECONDS_RUN=${SECONDS_RUN:-8}
TRADER=/var/trader # the home of the ordinary user
PICTURE_BYTES=40000 # an empty window of this size is 10 kB

dist=$(cd "$(dirname "$0")/../.." && pwd)/dist

die() {
    echo "bare-debian: $*" >&2
    exit 1
}

newest() { # newest PATTERN...: the newest of these files
    local found
    # shellcheck disable=SC2012 # names of ours, without line breaks
    found=$(ls -t "$@" 2>/dev/null | head -n 1)
    echo "$found"
}

[ "$(id -u)" -eq 0 ] || die "a bare root needs chroot, so please run this as root"
for tool in debootstrap Xvfb unshare ip chroot; do
    PATH=$PATH:/usr/sbin:/sbin command -v $tool >/dev/null || die "please install $tool"
done
PATH=$PATH:/usr/sbin:/sbin

deb=${1:-$(newest "$dist"/kisopt_*_amd64.deb)}
archive=${2:-$(newest "$dist"/kisopt-*-linux-x86_64.tar.xz)}
[ -f "$deb" ] || die "there is no .deb; make it with packaging/linux/deb.py"
[ -f "$archive" ] || die "there is no .tar.xz; make it with packaging/linux/archive.py"
deb=$(realpath "$deb")
archive=$(realpath "$archive")

# The first address that apt has for the suite; what apt prints follows its configuration, proxies too.
mirror() {
    apt-get indextargets --format "\$(CODENAME) \$(COMPONENT) \$(REPO_URI)" \
        'Created-By: Packages' | sed -n "s/^$SUITE main //p" | head -n 1
}
MIRROR=${MIRROR:-$(mirror)}
[ -n "$MIRROR" ] || die "this machine's apt knows no $SUITE; say where it is with MIRROR=..."

temporary=
folder=${3:-}
if [ -z "$folder" ]; then
    temporary=$(mktemp -d -t kisopt-bare-XXXXXX)
    folder=$temporary
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
for root in base deb archive; do
    [ ! -e "$folder/$root" ] || die "$folder/$root exists already; please give another folder"
done

screen=
running=
finish() {
    local status=$? process
    trap - EXIT
    for process in $running $screen; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    # Nothing is mounted out here; if ever it were, rm would stop at it.
    rm -rf --one-file-system "$folder/base" "$folder/deb" "$folder/archive"
    if [ -n "$temporary" ] && [ "$status" -eq 0 ]; then
        rm -rf --one-file-system "$temporary"
    elif compgen -G "$folder/*" >/dev/null; then
        echo "logs and pictures: $folder"
    fi
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# In the background, so that a signal to this script is heeded at once; see finish.
attend() {
    local status=0
    "$@" <&0 &
    running=$!
    wait "$running" || status=$?
    running=
    return $status
}

say() { printf '\n== %s\n' "$*"; }

# Run in a root: inside ROOT WORDS..., with processes and mounts of its own and this machine's network.
inside() {
    local root=$1
    shift
    # shellcheck disable=SC2016 # the inner shell has its own $1
    attend unshare --mount --pid --ipc --fork --kill-child sh -euc '
        root=$1
        shift
        mount -t proc proc "$root/proc"
        exec chroot "$root" "$@"
    ' sh "$root" "$@"
}

# The same as the ordinary user, with no network but loopback and with the sockets of X.
as_user() {
    local root=$1
    shift
    mkdir -p "$root/tmp/.X11-unix"
    # shellcheck disable=SC2016 # the inner shell has its own $1
    attend timeout --kill-after=5 $((SECONDS_RUN + 60)) \
        unshare --mount --pid --ipc --net --fork --kill-child sh -euc '
        root=$1
        shift
        ip link set lo up
        mount -t proc proc "$root/proc"
        mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
        mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
        exec chroot --userspec=trader:trader "$root" /usr/bin/env -i "$@"
    ' sh "$root" "HOME=$TRADER" USER=trader PATH=/usr/bin:/bin LANG=C.UTF-8 "$@"
}

install() { # install ROOT PACKAGE...: with what they depend on, not what they recommend
    local root=$1
    shift
    inside "$root" /usr/bin/env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "$@" >"$root.apt" 2>&1 ||
        {
            tail -n 20 "$root.apt" >&2
            die "apt could not install $*"
        }
    sed -n '/^The following NEW packages/,/^[0-9]* upgraded/p' "$root.apt"
}

failures=0
wrong() {
    echo "WRONG: $*"
    failures=$((failures + 1))
}

# try NAME ROOT PROGRAM VARIABLE=VALUE...: start the program and look at all it does.
try() {
    local name=$1 root=$2 program=$3
    shift 3
    local out=$folder/$name.out err=$folder/$name.err picture=$folder/$name.png status=0
    say "$name: $* $program --language en --seconds $SECONDS_RUN"
    rm -f "$root$TRADER/picture.png"
    as_user "$root" "$@" "$program" --language en --seconds "$SECONDS_RUN" \
        --screenshot "$TRADER/picture.png" >"$out" 2>"$err" || status=$?
    cat "$out"
    echo "exit status $status; stderr: $(wc -l <"$err") lines"
    sed 's/^/  | /' "$err"
    [ "$status" -eq 0 ] || wrong "$name ended with status $status"
    [ ! -s "$err" ] || wrong "$name wrote to stderr"
    grep -Eq '^ *records received +[1-9]' "$out" || wrong "$name received no quotes"
    grep -Eq '^ *first quote +[0-9]' "$out" || wrong "$name painted no quotes"
    if [ -f "$root$TRADER/picture.png" ]; then
        cp "$root$TRADER/picture.png" "$picture"
        [ "$(stat -c %s "$picture")" -ge $PICTURE_BYTES ] || wrong "the picture of $name is empty"
    else
        wrong "$name made no picture"
    fi
}

# Name what the loader does not find. It is told, not counted: a plugin for a screen that is not
# there may lack its libraries.
lacking() {
    local root=$1 place=$2
    say "libraries that $place does not find"
    # shellcheck disable=SC2016 # the inner shell has its own $1
    inside "$root" sh -c '
        find "$1" -type f \( -name "*.so*" -o -name "kisopt*" \) | while read -r file; do
            LD_LIBRARY_PATH=$1/_internal ldd "$file" 2>/dev/null |
                sed -n "s|^\s*\(\S*\) => not found|\1 for ${file##*/}|p"
        done | sort | uniq
    ' sh "$place"
}

say "a bare $SUITE in $folder"
started=$(date +%s)
attend unshare --mount --pid --fork --kill-child \
    debootstrap --variant=minbase "$SUITE" "$folder/base" "$MIRROR" >"$folder/debootstrap.log" 2>&1 ||
    {
        tail -n 5 "$folder/debootstrap.log" >&2
        die "debootstrap failed; its words are in $folder/debootstrap.log"
    }
# What the network outside is called in there: names, proxies. They concern the building only.
cp -L /etc/resolv.conf /etc/hosts "$folder/base/etc/"
apt-config dump Acquire | grep -i '::proxy' >"$folder/base/etc/apt/apt.conf.d/proxy" || true
inside "$folder/base" useradd --create-home --home-dir "$TRADER" --shell /bin/sh trader
cp -a "$folder/base" "$folder/archive"
mv "$folder/base" "$folder/deb"
echo "$(($(date +%s) - started)) s, $(du -sm "$folder/deb" | cut -f 1) MB"

# The screen is outside, so that nothing of it is in the roots.
mkfifo "$folder/display"
Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp 3<>"$folder/display" \
    >"$folder/xvfb.log" 2>&1 &
screen=$!
exec 4<>"$folder/display"
read -r -t 20 -u 4 number || die "Xvfb did not start; its words are in $folder/xvfb.log"
exec 4<&-
rm "$folder/display"

say "apt installs $(basename "$deb") ($(stat -c %s "$deb") bytes)"
cp "$deb" "$folder/deb/kisopt.deb"
install "$folder/deb" /kisopt.deb
rm "$folder/deb/kisopt.deb"
lacking "$folder/deb" /usr/lib/kisopt
try deb-offscreen "$folder/deb" kisopt-gui QT_QPA_PLATFORM=offscreen
try deb-x11 "$folder/deb" kisopt-gui "DISPLAY=:$number"

say "apt takes it away"
inside "$folder/deb" apt-get purge -q -y kisopt >"$folder/purge.log" 2>&1 ||
    wrong "apt could not take the .deb away"
left=$(inside "$folder/deb" find / -xdev -path "$TRADER" -prune -o -path /proc -prune -o \
    -iname '*kisopt*' -not -path '/var/log/*' -print)
if [ -z "$left" ]; then echo "nothing is left"; else wrong "left behind: $left"; fi

say "unpack $(basename "$archive") ($(stat -c %s "$archive") bytes) beside libegl1 and libgl1"
install "$folder/archive" libegl1 libgl1
# xz is not in a bare Debian, so it is unpacked from outside, as a user with xz would.
tar -xJf "$archive" -C "$folder/archive$TRADER"
unpacked=$(cd "$folder/archive$TRADER" && echo kisopt-*)
lacking "$folder/archive" "$TRADER/$unpacked"
# It belongs to root: the program's own folder is read-only for the one who runs it.
try archive-offscreen "$folder/archive" "$TRADER/$unpacked/kisopt-gui" \
    QT_QPA_PLATFORM=offscreen
try archive-x11 "$folder/archive" "$TRADER/$unpacked/kisopt-gui" "DISPLAY=:$number"

say "$failures wrong"
[ "$failures" -eq 0 ]
