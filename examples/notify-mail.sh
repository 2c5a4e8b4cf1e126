#!/bin/sh
# For `notify` in the configuration, or --notify: a gate, the end of a window or the end of a run becomes one line of a log,
# and a mail where mail is set up. The event comes as one line of JSON on standard input.
set -eu
event=$(cat)
printf '%s\n' "$event" >>"${NOTIFY_LOG:-lscctl-events.ndjson}"
if [ -n "${NOTIFY_MAIL_TO:-}" ]; then
    printf '%s\n' "$event" | mail -s "lscctl" "$NOTIFY_MAIL_TO"
fi
