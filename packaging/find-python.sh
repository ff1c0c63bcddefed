#!/bin/sh
# Print the interpreter that .venv is made with: Python 3.11, 3.12 or 3.13, python3 itself if it is
# one of them, else the newest. Print nothing and fail where there is none.
#
#     packaging/find-python.sh            search
#     packaging/find-python.sh COMMAND    accept only this one
#
# Each candidate is started: a pyenv shim is on the PATH whether or not its version is switched on.
set -u

if [ $# -gt 0 ]; then
    candidates=$1
else
    candidates="python3 python3.13 python3.12 python3.11 /usr/bin/python3"
fi

for candidate in $candidates; do
    found=$("$candidate" -c '
import sys
if (3, 11) <= sys.version_info < (3, 14):
    print(sys.executable)
' 2>/dev/null </dev/null) || continue
    if [ -n "$found" ]; then
        echo "$found"
        exit 0
    fi
done
exit 1
