#!/bin/sh
# Routes to the pods of the other nodes. Run it as root after each start, where no network plug-in makes them.
set -eu
ip route replace ${routeNetworks} via ${routeGateways}
