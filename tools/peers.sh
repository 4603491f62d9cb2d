#!/usr/bin/env bash
# Installs what `make bench-peers` measures beside us: django-helpdesk from PyPI into .venv-peers, an environment of its own,
# and Request Tracker 5 from Debian. None of these packages starts a server, opens a port or asks a question: no Apache, no
# mail daemon (msmtp-mta is a command), and `rt-…` commands read the settings that a run writes for itself.
set -euo pipefail
cd "$(dirname "$0")/.."
home=${PEERS_HOME:-.venv-peers} wanted=tests/bench/peers/requirements.txt
packages=(request-tracker5 rt5-standalone rt5-db-postgresql dbconfig-no-thanks msmtp-mta starman)

if [ ! "$home/.installed" -nt "$wanted" ]; then
    echo "Installing $wanted into $home …"
    python3 -m venv --clear "$home"
    "$home/bin/pip" install -qq --disable-pip-version-check --no-input -r "$wanted"
    touch "$home/.installed"
fi

missing=()
for package in "${packages[@]}"; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2> /dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "Missing for the peers: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
echo "Installing ${missing[*]} …"
tools/apt_install.sh "${missing[@]}"
