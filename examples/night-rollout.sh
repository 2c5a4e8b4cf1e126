#!/bin/sh
# A rollout over several nights, from cron. The first night begins it, each later one goes on with it:
#
#   0 22 * * * night-rollout.sh /var/lib/lscctl/started --cluster hq --device-pool 'DP-BER*'
#
# It writes only in its window, is watched until it ends or the window does, and tells a person through `notify` in the
# configuration. A closed gate is never passed by itself: a person reads why, and resumes the run by its number.
set -eu
started=$1
shift
if [ ! -e "$started" ]; then
    : >"$started"
    exec lscctl bulk-install "$@" --window 22:00-05:00 --yes --wait 6h
fi
exec lscctl runs resume --wait 6h
