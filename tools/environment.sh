#!/usr/bin/env bash
# tools/environment.sh REQUIREMENTS STAMP: makes .venv when it is not there and installs the hashed requirements in it.
set -euo pipefail
cd "$(dirname "$0")/.."
requirements=$1 stamp=$2 python=${PYTHON:-python3}

stop() { echo "$1" >&2; exit 1; }

command -v "$python" > /dev/null || stop "Python is missing: install python3 (3.11 or newer)."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "Python 3.11 or newer is needed; $python is $("$python" -V)."

if ! .venv/bin/python -m pip --version > /dev/null 2>&1; then
    if ! "$python" -c 'import ensurepip, venv' 2> /dev/null; then
        [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || stop "python3-venv is missing: sudo apt-get install python3-venv, then again."
        echo "Installing python3-venv …"
        tools/apt_install.sh python3-venv
    fi
    "$python" -m venv --clear .venv
fi

echo "Installing $requirements into .venv …"
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r "$requirements"
touch "$stamp"
