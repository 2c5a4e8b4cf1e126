"""lscctl: put Locally Significant Certificates on the phones of a Cisco Unified CM cluster."""

__version__ = "0.1.0"
