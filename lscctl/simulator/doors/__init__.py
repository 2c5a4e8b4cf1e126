"""The doors of the simulated cluster: AXL, RISPort70, UDS and the CAPF port, as a stranger's client meets them."""
