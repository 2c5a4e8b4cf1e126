#!/bin/sh
# For a pipeline: shows the plan and ends with 0, whether there is work or none; a refusal (a count that is not the
# expected one, a deadline too near), no phone at all, or a broken connection fails the pipeline with lscctl's own code.
#   ci-dry-run.sh --cluster hq --from phones.csv
# plan.md is for a comment, plan.xml (JUnit) for the test report, plan.json for `lscctl apply`: it is left where there is work.
set -u
rm -f plan.json plan.md plan.xml
lscctl bulk-install "$@" --dry-run --detailed-exitcode --output plan.json --output plan.md --output plan.xml
code=$?
case $code in
    0) echo "nothing to do" ;;
    10) echo "there is work: review plan.md, then carry out plan.json with lscctl apply" ;;
    3)
        grep -q '"phones_to_change": 0' plan.json 2>/dev/null || exit 3
        rm plan.json
        echo "nothing to do: every phone is left out"
        ;;
    *) exit "$code" ;;
esac
