#!/bin/sh
# Records the tenants of all accounts, compares them with your customers, and writes a page about the last 30 days.
#
# It reads the configuration that $TENANCY_CONFIG names, and these files in $TENANCY_STATE (by default /var/lib/tenancy):
#   customers.csv       your customers, exported by another job, by default with the columns id, tenant_id and name
#   pins.csv            tenants pinned to customers by hand (optional)
# It writes there:
#   tenants.db          the tenants and their history, unless $TENANCY_DATABASE_URL names another database. Put its password
#                       into PGPASSWORD or ~/.pgpass: `reconcile` has the address as an argument, which others can see
#   sync.json           the report of the last run
#   changes/            one file per run: what changed
#   reconciled.csv      every tenant and customer, with its `kind`
#   report.html         the page
#   metrics/tenancy.prom   metrics for node_exporter's textfile collector
# Without customers.csv, nothing is compared. $TENANCY_RECONCILE has options of `tenancy reconcile`: how customers are matched.
#
# Exits with the code of the first step that failed: sync, reconcile, report. docs/night.md says what each means.
set -u
umask 077

state=${TENANCY_STATE:-/var/lib/tenancy}
match=${TENANCY_RECONCILE:---match id=tenant_id --match name~name}
export TENANCY_DATABASE_URL="${TENANCY_DATABASE_URL:-$state/tenants.db}"
mkdir -p "$state/changes" "$state/metrics" || exit 2
chmod 755 "$state/metrics"

failed=0
step() {
    "$@"
    code=$?
    [ "$code" -eq 0 ] || echo "night: tenancy $2 ended with exit code $code" >&2
    [ "$failed" -ne 0 ] || failed=$code
    return "$code"
}

step tenancy sync --quiet --report "$state/sync.json" --metrics "$state/metrics/tenancy.prom" \
    --changes "$state/changes/$(date -u +%Y-%m-%dT%H-%M-%SZ)-$$.ndjson"
[ ! -f "$state/metrics/tenancy.prom" ] || chmod 644 "$state/metrics/tenancy.prom"

if [ -f "$state/customers.csv" ]; then
    # shellcheck disable=SC2086 # several options
    set -- "$TENANCY_DATABASE_URL" --customers "$state/customers.csv" $match --quiet --format csv
    [ ! -f "$state/pins.csv" ] || set -- "$@" --pins "$state/pins.csv"
    step tenancy reconcile "$@" > "$state/reconciled.csv.new"
    if [ "$code" -eq 2 ]; then rm "$state/reconciled.csv.new"; else mv "$state/reconciled.csv.new" "$state/reconciled.csv"; fi
fi

step tenancy report --quiet --output "$state/report.html"
exit "$failed"
