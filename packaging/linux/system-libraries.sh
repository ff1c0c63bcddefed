#!/bin/sh
# See that what the wheels take from the system is there, and install what is not.
#
#     packaging/linux/system-libraries.sh          what `make run` needs
#     packaging/linux/system-libraries.sh --test   and what only the tests need
#     packaging/linux/system-libraries.sh --bundle and what only building the bundle needs
#
# Silent when nothing is missing. PYTHON, if set, is the only interpreter looked at.
#
# The wheels of Qt hold Qt, not what lies under it: OpenGL, the keyboard, fonts, D-Bus, and the
# libraries of the screen (X11 or Wayland). A machine without a desktop has none of them.
set -u

[ "$(uname -s)" = Linux ] || exit 0 # elsewhere the wheels bring all they need
cd "$(dirname "$0")/../.." || exit 1

PATH=$PATH:/usr/sbin:/sbin # where ldconfig is, which is not on every user's PATH
libraries=$(ldconfig -p 2>/dev/null)

missing=   # packages
essential= # those of them without which nothing works
because=   # a line for each reason

# lack KIND REASON PACKAGE ...: these packages are missing.
lack() {
    kind=$1
    reason=$2
    shift 2
    missing="$missing $*"
    [ "$kind" = essential ] && essential="$essential $*"
    because="$because
    $reason: $*"
}

# want KIND REASON PACKAGE:PROOF ...: see which are missing. PROOF is a shared library or a command.
want() {
    kind=$1
    reason=$2
    shift 2
    absent=
    for pair; do
        package=${pair%%:*}
        proof=${pair#*:}
        case $proof in
            *.so.*) case $libraries in *"$proof "*) continue ;; esac ;;
            *) command -v "$proof" >/dev/null && continue ;;
        esac
        absent="$absent $package"
    done
    # shellcheck disable=SC2086 # a list of words
    [ -z "$absent" ] || lack "$kind" "$reason" $absent
}

# Stop, or go on without what is missing if something works without it.
give_up() {
    echo "kisopt: $1" >&2
    [ -z "$essential" ]
    exit
}

administrator() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Without a terminal sudo is of use only if it asks nothing.
may_install() {
    [ "$(id -u)" -eq 0 ] && return
    command -v sudo >/dev/null || return
    [ -t 0 ] || sudo -n true 2>/dev/null
}

# The package name of a Python we can use: the system's own, or one that it offers beside it.
offered_python() {
    for name in python3 python3.13 python3.12 python3.11; do
        case $(apt-cache show "$name" 2>/dev/null | sed -n 's/^Version: //p' | head -n 1) in
            3.11.* | 3.12.* | 3.13.*) echo "$name" && return ;;
        esac
    done
    echo python3.13
}

if [ ! -x .venv/bin/python ]; then
    python=$(packaging/find-python.sh ${PYTHON:+"$PYTHON"})
    if [ -n "$python" ]; then
        version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
        "$python" -c 'import ensurepip' 2>/dev/null ||
            lack essential "makes the virtual environment" "$version-venv"
    elif [ -n "${PYTHON:-}" ]; then
        echo "kisopt: $PYTHON does not start, or is not Python 3.11, 3.12 or 3.13" >&2
        exit 1
    elif command -v apt-get >/dev/null; then
        may_install && administrator apt-get update -q >/dev/null
        python=$(offered_python)
        lack essential "Python 3.11, 3.12 or 3.13" "$python" "$python-venv"
    else
        echo "kisopt: please install Python 3.11, 3.12 or 3.13" >&2
        exit 1
    fi
fi

want essential "Qt does not start without these, not even without a screen" \
    libegl1:libEGL.so.1 \
    libgl1:libGL.so.1 \
    libxkbcommon0:libxkbcommon.so.0 \
    libdbus-1-3:libdbus-1.so.3 \
    libfontconfig1:libfontconfig.so.1 \
    libglib2.0-0:libglib-2.0.so.0 \
    libgssapi-krb5-2:libgssapi_krb5.so.2
want screen "Qt's window on an X11 screen" \
    libxcb-cursor0:libxcb-cursor.so.0 \
    libxkbcommon-x11-0:libxkbcommon-x11.so.0 \
    libxcb-icccm4:libxcb-icccm.so.4 \
    libxcb-keysyms1:libxcb-keysyms.so.1 \
    libxcb-shape0:libxcb-shape.so.0
want screen "Qt's window on a Wayland screen" \
    libwayland-client0:libwayland-client.so.0 \
    libwayland-cursor0:libwayland-cursor.so.0 \
    libwayland-egl1:libwayland-egl.so.1
if [ "${1:-}" = --test ]; then
    want test "tests that open the window on a screen of their own" \
        xvfb:Xvfb \
        xauth:xauth \
        xdotool:xdotool
fi
if [ "${1:-}" = --bundle ]; then
    # What is not there when the bundle is built is not in it.
    want essential "looks into libraries, strips and packs them" \
        binutils:objdump \
        xz-utils:xz \
        dpkg:dpkg-deb
    want essential "goes into the bundle: type in Korean, see fonts, talk to the desktop" \
        libxcb-cursor0:libxcb-cursor.so.0 \
        libwayland-cursor0:libwayland-cursor.so.0
    # Of a system's Python the library is a package of its own.
    python=$([ -x .venv/bin/python ] && echo .venv/bin/python ||
        packaging/find-python.sh ${PYTHON:+"$PYTHON"})
    if [ -n "$python" ]; then
        "$python" -c 'import sys, sysconfig, os
library = sysconfig.get_config_var("INSTSONAME") or ""
folders = [sysconfig.get_config_var("LIBDIR"), "/usr/lib/" + sysconfig.get_config_var("MULTIARCH")]
sys.exit(not any(os.path.exists(os.path.join(each, library)) for each in folders if each))' ||
            lack essential "Python as a library" "libpython$("$python" -c \
                'import sys; print("%d.%d" % sys.version_info[:2])')"
    fi
fi

[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    essential= # its libraries may be where we do not look; Qt will say
    give_up "please install with this system's package manager what Debian calls:$missing"
fi
command="apt-get install --no-install-recommends$missing"
may_install || give_up "please have an administrator run: $command"

echo "kisopt: installing packages of this system$because"
administrator apt-get update -q >/dev/null || true # the list of packages is often good enough
# shellcheck disable=SC2086 # a list of words
administrator env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $missing >/dev/null ||
    give_up "this did not work; please have an administrator run: $command"
