#!/bin/sh
# Runs tenancy by hand as tenancy.service does, with its user, API keys, configuration and database.
exec systemd-run --quiet --collect --wait --pipe --property=User=tenancy --property=LoadCredential=keys:/etc/tenancy/keys \
    --property=StateDirectory=tenancy --property=StateDirectoryMode=0711 \
    --setenv=TENANCY_CONFIG=/etc/tenancy/config.toml --setenv=TENANCY_DATABASE_URL=/var/lib/tenancy/tenants.db \
    /usr/local/bin/tenancy "$@"
