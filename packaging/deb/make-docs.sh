#!/usr/bin/env bash
# Makes what a package carries beside the programs, all of it from the programs' own words:
#
#   make-docs.sh FOLDER VERSION LORASHEAR [LORASHEAR-STUDIO]
#
# FOLDER/man1/*.1.gz from --help (one page a command), FOLDER/completions/lorashear (bash), FOLDER/changelog.gz.
set -euo pipefail
folder="$1" version="$2" lorashear="$3" studio="${4:-}"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
command -v help2man >/dev/null || { echo "make-docs.sh: help2man is missing (apt-get install help2man)" >&2; exit 1; }
rm -rf "$folder"
mkdir -p "$folder/man1" "$folder/completions"

# The commands and their one-line descriptions: the lines after "Subcommands:" of --help.
commands() { "$lorashear" --help | sed -n '/^Subcommands:/,/^[^ ]/s/^  \([a-z][a-z-]*\)  *\(.*\)$/\1|\2/p'; }

page() { # page NAME DESCRIPTION PROGRAM [COMMAND]
    local name="$1" about="$2" program="$3" wrapper
    shift 3
    wrapper="$folder/$name"
    printf '#!/bin/sh\ncase "$1" in --version) echo "lorashear %s" ;; *) exec "%s" %s "$@" ;; esac\n' "$version" "$program" "$*" >"$wrapper"
    chmod +x "$wrapper"
    LC_ALL=C.UTF-8 QT_QPA_PLATFORM=offscreen help2man --no-info --no-discard-stderr --source="LoRAShear Studio $version" --name="$about" \
        --version-string="$version" --output="$folder/man1/$name.1" "$wrapper"
    rm "$wrapper"
    gzip -9n "$folder/man1/$name.1"
}

page lorashear "structured pruning of language models" "$lorashear"
while IFS='|' read -r command about; do page "lorashear-$command" "$about" "$lorashear" "$command"; done < <(commands)
if [ -n "$studio" ]; then page lorashear-studio "structured pruning of language models in a window" "$studio"; fi

options() { "$lorashear" "$@" --help | grep -oE -- '(^|[ ,])--?[a-zA-Z][a-zA-Z-]*' | tr -d ' ,' | sort -u | tr '\n' ' '; }
{
    echo "# bash completion of lorashear $version, made from --help"
    echo "_lorashear() {"
    echo "    local word=\"\${COMP_WORDS[COMP_CWORD]}\" options="
    echo "    case \"\${COMP_WORDS[1]:-}\" in"
    while IFS='|' read -r command _; do printf '        %s) options="%s" ;;\n' "$command" "$(options "$command")"; done < <(commands)
    echo "    esac"
    echo "    if [ \"\$COMP_CWORD\" -eq 1 ]; then options=\"$(commands | cut -d'|' -f1 | tr '\n' ' ')$(options)\"; fi"
    echo "    if [[ \$COMP_CWORD -eq 1 || \$word == -* ]]; then mapfile -t COMPREPLY < <(compgen -W \"\$options\" -- \"\$word\"); fi"
    echo "}"
    echo "complete -o default -F _lorashear lorashear"
} >"$folder/completions/lorashear"

gzip -9nc "$here/../../CHANGELOG.md" >"$folder/changelog.gz"
date -u >"$folder/made"
