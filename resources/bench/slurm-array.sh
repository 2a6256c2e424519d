#!/bin/bash
# One bench by several processes of a Slurm array: submit it with
#
#   SPEC=comparison.json OUT=/a/folder/that/all/nodes/see sbatch slurm-array.sh
#
# Tasks need not run at the same time nor be as many as here: each takes jobs until none is left, one that is killed or runs out of time
# gives its job back, and submitting again goes on. The first task decides how many threads a job has, so ask for equal tasks.
#SBATCH --job-name=lorashear-bench
#SBATCH --array=0-7
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --signal=INT@60

set -euo pipefail
: "${SPEC:?the spec, a JSON file}" "${OUT:?a folder that all nodes see}"

# A world of its own for each task: they meet in the folder, not over the network.
unset WORLD_SIZE RANK MASTER_ADDR MASTER_PORT
exec srun --ntasks=1 "${LORASHEAR:-lorashear}" bench "$SPEC" --out "$OUT" --shared --threads "${SLURM_CPUS_PER_TASK:-1}"
