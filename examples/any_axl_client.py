"""Any AXL client works on the simulated cluster: here zeep with Cisco's own WSDL.

lscctl sim serve --port 8443 --version 12.5        # prints address, user, password and the CA certificate
python any_axl_client.py AXLAPI.wsdl ADDRESS USER CA_CERTIFICATE < password
"""

import sys

import requests
import zeep


def main() -> None:
    """Print the cluster's version and its first three phones."""
    wsdl, address, user, ca_certificate = sys.argv[1:]
    session = requests.Session()
    session.trust_env = False  # else REQUESTS_CA_BUNDLE, where set, wins over `verify`
    session.auth = (user, sys.stdin.readline().rstrip("\n"))
    session.verify = ca_certificate
    client = zeep.Client(wsdl, transport=zeep.Transport(session=session), settings=zeep.Settings(strict=False))
    axl = client.create_service("{http://www.cisco.com/AXLAPIService/}AXLAPIBinding", f"{address}/axl/")
    print(axl.getCCMVersion()["return"]["componentVersion"]["version"])
    phones = axl.listPhone(searchCriteria={"name": "SEP%"}, returnedTags={"name": "", "model": ""}, first=3)
    for phone in phones["return"]["phone"]:
        print(phone["name"], phone["model"])


if __name__ == "__main__":
    main()
