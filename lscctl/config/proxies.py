"""Which proxy the environment names for a cluster."""

import ipaddress
from collections.abc import Mapping

from lscctl.config.layers import Given, Origin, Source


def proxy_of(host: str, environ: Mapping[str, str]) -> Given:
    """What HTTPS_PROXY and NO_PROXY say for the host: the URL of the proxy, or None for none."""
    name = next((name for name in ("https_proxy", "HTTPS_PROXY") if environ.get(name)), None)
    exempt = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if name is None or _exempt(host, exempt):
        return Given(None, Origin(Source.DEFAULT))
    return Given(environ[name], Origin(Source.ENVIRONMENT, name))


def _exempt(host: str, no_proxy: str) -> bool:
    """Whether NO_PROXY covers the host: names cover what ends with them, addresses and networks what lies in them."""
    for entry in (part.strip().lower() for part in no_proxy.split(",")):
        if entry and (entry == "*" or f".{host.lower()}".endswith(f".{entry.lstrip('.')}") or _within(host, entry)):
            return True
    return False


def _within(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
