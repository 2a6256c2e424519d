#!/usr/bin/env bash
# Makes what a package carries beside the programs, all of it from the programs' own words:
#
#   make-docs.sh FOLDER VERSION LORASHEAR [LORASHEAR-STUDIO]
#
# FOLDER/man1/*.1.gz from --help (one page a command), FOLDER/completions/lorashear (bash),
# FOLDER/changelog.gz and changelog.Debian.gz.
set -euo pipefail
export LC_ALL=C.UTF-8 LANGUAGE=en XDG_CONFIG_HOME=/nonexistent   # in English, whatever language someone chose for the window
folder="$1" version="$2" lorashear="$3" studio="${4:-}"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
command -v help2man >/dev/null || { echo "make-docs.sh: help2man is missing (apt-get install help2man)" >&2; exit 1; }
rm -rf "$folder"
mkdir -p "$folder/man1" "$folder/completions"

released="$(sed -n "s/.*<release version=\"$version\" date=\"\([^\"]*\)\".*/\1/p" "$here/../../resources/io.github.lorashear.Studio.metainfo.xml")"
[ -n "$released" ] || { echo "make-docs.sh: the metainfo file has no release $version" >&2; exit 1; }
SOURCE_DATE_EPOCH="$(date -u -d "$released" +%s)"
export SOURCE_DATE_EPOCH

# FOLDER/help/NAME.txt: what a program says of itself, or of one of its commands, without the folder it was built in.
mkdir "$folder/help"
keep_help() { # keep_help NAME PROGRAM [COMMAND…]
    local name="$1" program="$2"
    shift 2
    QT_QPA_PLATFORM=offscreen "$program" "$@" --help 2>/dev/null | sed "s|$program|$(basename "$program")|g" >"$folder/help/$name.txt"
}

# The commands a help names, and their one-line descriptions: the lines after "Subcommands:".
commands() { sed -n '/^Subcommands:/,/^[^ ]/s/^  \([a-z][a-z-]*\)  *\(.*\)$/\1|\2/p' "$folder/help/$1.txt"; }
options() { grep -oE -- '(^|[ ,])--?[a-zA-Z][a-zA-Z-]*' "$folder/help/$1.txt" | tr -d ' ,' | sort -u | tr '\n' ' '; }

# What help2man takes for the end of every page.
cat >"$folder/help/see-also" <<'EOF'
[see also]
The manual: /usr/share/lorashear/help/README.md lists its pages. commands.md has an example of every command and what it prints,
troubleshooting.md explains errors by their words. lorashear-studio shows it with F1.
EOF

page() { # page NAME DESCRIPTION, of a help that was kept
    local name="$1" about="$2" wrapper="$folder/$1"
    printf '#!/bin/sh\nexec cat "%s"\n' "$folder/help/$name.txt" >"$wrapper"
    chmod +x "$wrapper"
    help2man --no-info --include="$folder/help/see-also" --source="LoRAShear Studio $version" --name="${about,}" --version-string="$version" \
        --output="$folder/man1/$name.1" "$wrapper"
    rm "$wrapper"
    gzip -9n "$folder/man1/$name.1"
}

completion="$folder/completions/lorashear"
# A page of every command below NAME, and what may follow it on the command line: a row of a `case` on the commands so far.
describe() { # describe NAME [COMMAND…]
    local name="$1" command about
    shift
    printf '        "%s") commands="%s" options="%s" ;;\n' "$*" "$(commands "$name" | cut -d'|' -f1 | paste -sd' ')" "$(options "$name")" \
        >>"$completion"
    while IFS='|' read -r command about; do
        keep_help "$name-$command" "$lorashear" "$@" "$command"
        page "$name-$command" "$about"
        describe "$name-$command" "$@" "$command"
    done < <(commands "$name")
}

cat >"$completion" <<EOF
# bash completion of lorashear $version, made from --help
_lorashear_words() {
    case "\$1" in
EOF
keep_help lorashear "$lorashear"
page lorashear "structured pruning of language models"
describe lorashear
cat >>"$completion" <<'EOF'
        *) return 1 ;;
    esac
}
_lorashear() {
    local word="${COMP_WORDS[COMP_CWORD]}" commands= options= before=$((COMP_CWORD - 1))
    # Two commands may stand first (recipe new), or one.
    { [ "$before" -ge 2 ] && _lorashear_words "${COMP_WORDS[*]:1:2}"; } || _lorashear_words "${COMP_WORDS[*]:1:$((before > 0))}" || return
    [ "$before" -lt 2 ] || commands=
    case "$word" in -*) commands="$options" ;; esac
    mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
}
complete -o default -F _lorashear lorashear
EOF

if [ -n "$studio" ]; then
    keep_help lorashear-studio "$studio"
    page lorashear-studio "structured pruning of language models in a window"
fi

# What changed in the program, and what changed in its packaging: nothing but that it was packed, on the day of the release.
gzip -9nc "$here/../../CHANGELOG.md" >"$folder/changelog.gz"
printf 'lorashear (%s-1) bookworm; urgency=medium\n\n  * Packages of this version, made by cpack.\n\n -- %s  %s\n' "$version" \
    "The LoRAShear Studio authors <lorashear@example.org>" "$(date -u -R -d "$released")" | gzip -9n >"$folder/changelog.Debian.gz"
date -u >"$folder/made"
