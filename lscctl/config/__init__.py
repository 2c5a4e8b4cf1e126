"""The configuration: clusters by name with how to reach them, what in them is protected, and where a password comes from.

A TOML file (`--config`, LSCCTL_CONFIG, else the user's configuration folder) holds clusters, and under `[defaults]` what holds
for all of them. Flags count more than the environment (LSCCTL_PORT for `port`, and so on), that more than the file.
"""

from lscctl.config.cluster import ClusterConfig
from lscctl.config.clusters import Config, simulated
from lscctl.config.file import config_path, load
from lscctl.config.passwords import password
from lscctl.config.reading import as_command
from lscctl.config.tables import SIMULATOR

__all__ = ["SIMULATOR", "ClusterConfig", "Config", "as_command", "config_path", "load", "password", "simulated"]
