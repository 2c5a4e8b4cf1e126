#!/bin/sh
# For cron: keep a dated CSV of every phone's certificate, and say so when phones are left with a failure.
#   15 5 * * *  /usr/local/bin/nightly-status.sh /var/lib/lsc-reports --cluster hq
set -eu
folder=$1
shift
file="$folder/lsc-$(date +%F).csv"
lscctl status "$@" --output "$file" >/dev/null
if lscctl status "$@" --status '*Failed*' --format csv --output "$file.failed.csv" >/dev/null 2>&1; then
    echo "phones that ended with a failure: see $file.failed.csv"
fi
