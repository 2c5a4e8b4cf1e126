#!/bin/sh
# For a pipeline: exit 0 when nothing is left to do, 0 with the plan shown when there is work, else lscctl's own code.
#   ci-dry-run.sh --cluster hq --model 8845
set -u
lscctl bulk-install "$@" --dry-run --detailed-exitcode
code=$?
case $code in
    0 | 3 | 4) echo "nothing to do" ;;
    10) echo "there is work: run it with --yes in the maintenance window" ;;
    *) exit "$code" ;;
esac
