"""The CAPF settings of security profiles as AXL tells them, in SQL that fits the cluster's release."""

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.tables import columns, exists

SETTINGS_BY_TAG = {
    "authenticationMode": "capf_mode",
    "keySize": "capf_keysize",
    "keyOrder": "capf_keyorder",
    "ecKeySize": "capf_eckeysize",
}
"""AXL element to the column that `settings_sql` gives."""


def ec_size_table(cluster: Cluster) -> str:
    """The table that names EC key sizes on this cluster."""
    return "typeeckeysize" if exists(cluster, "typeeckeysize") else "typekeysize"


def settings_sql(cluster: Cluster) -> tuple[str, str]:
    """Columns and joins that add a profile's CAPF settings to a statement in which it is called `sp`."""
    selected = "am.name AS capf_mode, ks.name AS capf_keysize"
    joins = (
        " LEFT JOIN typeauthenticationmode am ON am.enum = sp.tkauthenticationmode"
        " LEFT JOIN typekeysize ks ON ks.enum = sp.tkkeysize"
    )
    if "tkkeyorder" in columns(cluster, "securityprofile"):
        selected += ", ko.name AS capf_keyorder, es.name AS capf_eckeysize"
        joins += (
            " LEFT JOIN typekeyorder ko ON ko.enum = sp.tkkeyorder"
            f" LEFT JOIN {ec_size_table(cluster)} es ON es.enum = sp.tkeckeysize"
        )
    else:
        selected += ", NULL AS capf_keyorder, NULL AS capf_eckeysize"
    return selected, joins
