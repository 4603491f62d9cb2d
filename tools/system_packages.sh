#!/usr/bin/env bash
# What the tests need from the system: Chromium, PostgreSQL 15, PgBouncer, pdftotext, a font with Vietnamese letters.
set -euo pipefail
cd "$(dirname "$0")/.."
missing=()
command -v chromium > /dev/null || missing+=(chromium)
[ -x /usr/lib/postgresql/15/bin/initdb ] || missing+=(postgresql-15)
command -v pgbouncer > /dev/null || [ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)
command -v pdftotext > /dev/null || missing+=(poppler-utils)
command -v runuser > /dev/null || missing+=(util-linux)
compgen -G '/usr/share/fonts/truetype/liberation*/LiberationSans-Regular.ttf' > /dev/null || missing+=(fonts-liberation)
[ ${#missing[@]} = 0 ] && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "Missing for the tests: sudo apt-get install ${missing[*]}" >&2
    exit 1
fi
echo "Installing ${missing[*]} …"
tools/apt_install.sh "${missing[@]}"
