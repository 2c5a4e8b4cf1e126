#!/bin/sh
# For cron or a timer: metrics for node_exporter's textfile collector, and so for alert-rules.yml and grafana-dashboard.json.
#   */30 * * * *  textfile-collector.sh /var/lib/prometheus/node-exporter --all-clusters
# lscctl writes each file whole or not at all: the exporter never reads half of one. A cluster that does not answer leaves the
# files of before, and their age tells (alert LscMetricsAreOld).
set -eu
folder=$1
shift
lscctl report expiring "$@" --output "$folder/lscctl-expiring.prom" >/dev/null
# a check that fails ends with 1, and is told in the metrics
lscctl preflight "$@" --no-registration --output "$folder/lscctl-preflight.prom" >/dev/null || [ $? -eq 1 ]
