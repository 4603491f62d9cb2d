#!/usr/bin/env bash
# Pins both requirement files in one go, so that the tools can never ask for another version than the product.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND="make lock"
# Extras stay in the lock: pip before 23.3 (Debian 12 has 23.0) else takes the newest release for a requirement that
# names an extra, and refuses it for want of a hash.
compile() { .venv/bin/uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-emit-index-url "$@"; }
compile -o requirements-dev.txt requirements-dev.in
compile -c requirements-dev.txt -o requirements.txt requirements.in
if grep -nE '://|^--' requirements.txt requirements-dev.txt; then
    echo "an address of a registry came into the lock" >&2
    exit 1
fi
