#!/bin/sh
# For a pipeline: shows the plan and ends with 0, whether there is work or none; a refusal (a count that is not the
# expected one, a deadline too near), no phone at all, or a broken connection fails the pipeline with lscctl's own code.
#   ci-dry-run.sh --cluster hq --model 8845
set -u
rm -f plan.json
lscctl bulk-install "$@" --dry-run --detailed-exitcode --output plan.json
code=$?
case $code in
    0) echo "nothing to do" ;;
    10) echo "there is work: run it with --yes in the maintenance window" ;;
    3)
        grep -q '"phones_to_change": 0' plan.json 2>/dev/null || exit 3
        echo "nothing to do: every phone is left out"
        ;;
    *) exit "$code" ;;
esac
