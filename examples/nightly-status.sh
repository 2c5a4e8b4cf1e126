#!/bin/sh
# For cron: keep a dated CSV of every phone's certificate, and say so when phones are left with a failure.
#   15 5 * * *  /usr/local/bin/nightly-status.sh /var/lib/lsc-reports --cluster hq
set -eu
folder=$1
shift
file="$folder/lsc-$(date +%F).csv"
lscctl status "$@" --output "$file"
failed=$(grep -c ' Failed' "$file" || true)
if [ "$failed" -gt 0 ]; then
    echo "$failed phones ended with a failure: see $file"
fi
