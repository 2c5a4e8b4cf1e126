"""Which proxy a cluster is reached through, as the configuration or the environment says."""

import ipaddress
from collections.abc import Mapping


def proxy_for(configured: str | None, host: str, environ: Mapping[str, str]) -> str | None:
    """The configured proxy ('' for none), else what HTTPS_PROXY and NO_PROXY say for the host."""
    if configured is not None:
        return configured or None
    named = environ.get("https_proxy") or environ.get("HTTPS_PROXY")
    exempt = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if not named or _exempt(host, exempt):
        return None
    return named


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
