#!/usr/bin/env bash
# Fetches the pinned front-end files and fonts by package name, with their licences, and writes their checksums.
# Run by hand when a pin changes (`tools/vendor.sh`); the results are committed, nothing is fetched at run or build time.
set -euo pipefail
cd "$(dirname "$0")/.."

vendor=tthc_tracker/web/static/vendor
fonts=tthc_tracker/printouts/fonts
axe=tests/support/axe
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

unpack() { # package@version folder
    (cd "$work" && tar xzf "$(npm pack --silent "$1")" && mv package "$2")
}

unpack bootstrap@5.3.9 bootstrap
unpack htmx.org@2.0.11 htmx
unpack @github/combobox-nav@3.0.2 combobox-nav
unpack axe-core@4.14.1 axe
unpack @expo-google-fonts/tinos@0.4.2 tinos

rm -rf "$vendor"/bootstrap-* "$vendor"/htmx-* "$vendor"/combobox-nav-* "$axe"
mkdir -p "$vendor"/{bootstrap-5.3.9,htmx-2.0.11,combobox-nav-3.0.2} "$fonts" "$axe"
cp "$work"/bootstrap/dist/css/bootstrap.min.css "$work"/bootstrap/LICENSE "$vendor"/bootstrap-5.3.9/
cp "$work"/htmx/dist/htmx.min.js "$work"/htmx/LICENSE "$vendor"/htmx-2.0.11/
cp "$work"/combobox-nav/dist/index.js "$work"/combobox-nav/LICENSE "$vendor"/combobox-nav-3.0.2/
cp "$work"/axe/axe.min.js "$work"/axe/LICENSE "$work"/axe/LICENSE-3RD-PARTY.txt "$axe"/

# Latin with the Vietnamese letters and combining marks, punctuation, the dong, numero, and comparison signs.
letters="U+0020-007E,U+00A0-017F,U+01A0-01A1,U+01AF-01B0,U+02C6-02DD,U+0300-0304,U+0306-0309,U+031B,U+0323"
letters="$letters,U+1E00-1EFF,U+2010-2026,U+2030-203A,U+20AB-20AC,U+2116,U+2122,U+2190-2193,U+2212,U+2260-2265,U+25A0-25CF"
for style in Regular:400Regular Italic:400Regular_Italic Bold:700Bold BoldItalic:700Bold_Italic; do
    SOURCE_DATE_EPOCH=0 .venv/bin/pyftsubset "$work/tinos/${style#*:}/Tinos_${style#*:}.ttf" --unicodes="$letters" \
        --layout-features='*' --no-recalc-timestamp --output-file="$fonts/Tinos-${style%%:*}.ttf"
done
cp "$work"/tinos/LICENSE_FONT "$fonts/OFL.txt"

(cd "$vendor" && find . -type f ! -name MANIFEST.sha256 | LC_ALL=C sort | sed 's|^\./||' | xargs sha256sum > MANIFEST.sha256)
(cd "$fonts" && find . -type f ! -name MANIFEST.sha256 | LC_ALL=C sort | sed 's|^\./||' | xargs sha256sum > MANIFEST.sha256)
