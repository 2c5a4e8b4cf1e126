"""The configuration: clusters by name with how to reach them, what in them is protected, and where a password comes from.

A TOML file (`--config`, LSCCTL_CONFIG, else the user's configuration folder) holds clusters; LSCCTL_CLUSTER, LSCCTL_HOST,
LSCCTL_USER and LSCCTL_PASSWORD override it, or stand in for it.
"""

from lscctl.config.cluster import ClusterConfig
from lscctl.config.file import Config, config_path, load
from lscctl.config.passwords import password
from lscctl.config.reading import as_command
from lscctl.config.tables import SIMULATOR

__all__ = ["SIMULATOR", "ClusterConfig", "Config", "as_command", "config_path", "load", "password"]
