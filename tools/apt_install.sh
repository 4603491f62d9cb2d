#!/usr/bin/env bash
# tools/apt_install.sh PACKAGE…: installs Debian packages quietly; reads the package lists anew only when it must.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT

install() { apt-get install -y -qq --no-install-recommends "$@" < /dev/null > "$log" 2>&1; }

if ! install "$@"; then
    apt-get update -qq < /dev/null > /dev/null 2>&1 || true
    install "$@" || { cat "$log" >&2; echo "apt-get could not install: $*" >&2; exit 1; }
fi
