#!/usr/bin/env bash
# Makes the environment of what `make bench-peers` measures beside us: django-helpdesk from PyPI, in .venv-peers of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
home=${PEERS_HOME:-.venv-peers} wanted=tests/bench/peers/requirements.txt

[ "$home/.installed" -nt "$wanted" ] && exit 0
echo "Installing $wanted into $home …"
python3 -m venv --clear "$home"
"$home/bin/pip" install -qq --disable-pip-version-check --no-input -r "$wanted"
touch "$home/.installed"
