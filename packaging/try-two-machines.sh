#!/usr/bin/env bash
# Tries what two machines do together: one run from both, a bench that they share, an analysis that they share. They see one folder through a file
# system whose locks end at the machine (sshfs), which is the worst case.
#
#   bash packaging/try-two-machines.sh
#
# The machines are network and host name namespaces of this one, joined by a cable of their own; the folder lies on the first, the second has it
# through sshfs. The first runs, the second must be refused with the first one's name; the first is killed, the second goes on with what it left;
# the result must be the bytes of a run that nobody disturbed. Then both take jobs of one bench from a store that the first keeps (c10d's TCPStore, by
# torchrun's variables), and parts of one analysis, for which they share nothing else: the same bytes as one process gives. Needs root, a build, and the packages sshfs, openssh-server and iproute2.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$LORASHEAR_ROOT"

for preset in release ci; do
    [ ! -x "build/$preset/bin/lorashear" ] || program="$LORASHEAR_ROOT/build/$preset/bin/lorashear"
done
[ -n "${program:-}" ] || fail "there is no lorashear here yet" "Build it first: bash packaging/run.sh"
for tool in sshfs:sshfs /usr/sbin/sshd:openssh-server ip:iproute2 unshare:util-linux; do
    command -v "${tool%%:*}" >/dev/null || fail "${tool%%:*} is missing" "apt-get install ${tool##*:}"
done

place="$(mktemp -d)"
first=ls-first second=ls-second
recipe="$LORASHEAR_ROOT/resources/recipes/quick.json"
# shellcheck disable=SC2317
clear_up() {
    [ ! -f "$place/sshd.pid" ] || kill "$(cat "$place/sshd.pid")" 2>/dev/null || true
    ip netns pids $second 2>/dev/null | xargs -r kill 2>/dev/null || true
    ip netns del $first 2>/dev/null || true
    ip netns del $second 2>/dev/null || true
    sleep 1
    umount -l "$place/there" 2>/dev/null || true
    rm -rf "$place"
}
trap clear_up EXIT

# on MACHINE COMMAND…: with that machine's network and name.
on() {
    local machine="$1"
    shift
    # shellcheck disable=SC2016
    nsenter --net="/run/netns/$machine" unshare --uts bash -c 'hostname "$0"; exec "$@"' "$machine" "$@"
}

say "Two machines, one folder"
mkdir -p "$place/here" "$place/there" /run/sshd
ip netns add $first
ip netns add $second
ip link add to-second netns $first type veth peer name to-first netns $second
ip -n $first addr add 10.213.7.1/24 dev to-second
ip -n $second addr add 10.213.7.2/24 dev to-first
ip -n $first link set to-second up
ip -n $first link set lo up
ip -n $second link set to-first up
ssh-keygen -q -t ed25519 -N '' -f "$place/host"
ssh-keygen -q -t ed25519 -N '' -f "$place/person"
cp "$place/person.pub" "$place/allowed"
chmod 700 "$place"
on $first /usr/sbin/sshd -o "HostKey=$place/host" -o "AuthorizedKeysFile=$place/allowed" -o StrictModes=no -o PidFile="$place/sshd.pid" \
    -o "Subsystem=sftp internal-sftp" -o UsePAM=no -f /dev/null
on $second sshfs -o "IdentityFile=$place/person,StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,LogLevel=ERROR" \
    "root@10.213.7.1:$place/here" "$place/there"
mountpoint -q "$place/there" || fail "the second machine does not see the folder"

say "Nobody disturbs it"
"$program" run "$recipe" --threads 1 --out "$place/alone" >/dev/null 2>&1

say "The first runs, the second wants it too"
on $first "$program" run "$recipe" --threads 1 --out "$place/here/run" >/dev/null 2>&1 &
until ls "$place/here/run/checkpoints/"step-* >/dev/null 2>&1; do sleep 0.2; done
status=0
on $second "$program" resume "$place/there/run" --threads 1 >"$place/words" 2>&1 || status=$?
[ "$status" != 0 ] || fail "two machines worked on one run"
grep "$first" "$place/words" || fail "the refusal does not name the other machine" "$(tail -n 3 "$place/words")"

say "The first is killed, the second goes on"
pkill -KILL -f -- "--out $place/here/run"
wait || true
on $second "$program" resume "$place/there/run" --threads 1 >/dev/null 2>&1 || fail "the second cannot go on"

say "The bytes are those of a run that nobody disturbed"
for file in "$place"/alone/model/*.safetensors; do
    cmp "$file" "$place/here/run/model/$(basename "$file")"
    note "$(basename "$file")"
done

# together RANK MACHINE COMMAND…: as torchrun starts it, which needs no Python for that.
together() {
    local rank="$1" machine="$2"
    shift 2
    on "$machine" env RANK="$rank" WORLD_SIZE=2 MASTER_ADDR=10.213.7.1 MASTER_PORT=29471 XDG_CACHE_HOME="$place/cache-$machine" "$program" "$@"
}

say "One bench by both"
spec="$LORASHEAR_ROOT/resources/bench/small.json"
"$program" bench "$spec" --threads 1 --out "$place/bench-alone" >/dev/null 2>&1
together 0 $first bench "$spec" --threads 1 --out "$place/here/bench" >/dev/null 2>"$place/words-first" &
together 1 $second bench "$spec" --threads 1 --out "$place/there/bench" >/dev/null 2>"$place/words-second" ||
    fail "the second could not work on the bench" "$(tail -n 3 "$place/words-second")"
wait $! || fail "the first could not work on the bench" "$(tail -n 3 "$place/words-first")"
for file in table.json table.csv table.md table.tex pareto.svg; do
    cmp "$place/bench-alone/$file" "$place/here/bench/$file"
done
for machine in first second; do
    note "jobs done by the $machine: $(grep -c 'done:' "$place/words-$machine")"
    grep -q 'done:' "$place/words-$machine" || fail "the $machine has done no job"
done

say "One analysis by both"
words=(analyse "$LORASHEAR_ROOT/resources/models/stories260K" --text "$LORASHEAR_ROOT/resources/data/valid.txt" --confidence 0.95 --threads 1 --json)
XDG_CACHE_HOME="$place/cache-alone" "$program" "${words[@]}" >"$place/knowledge-alone" 2>/dev/null
together 0 $first "${words[@]}" >"$place/knowledge" 2>"$place/words-first" &
together 1 $second "${words[@]}" >/dev/null 2>"$place/words-second" || fail "the second could not analyse" "$(tail -n 3 "$place/words-second")"
wait $! || fail "the first could not analyse" "$(tail -n 3 "$place/words-first")"
cmp "$place/knowledge-alone" "$place/knowledge"
note "the same figures as one process has"
