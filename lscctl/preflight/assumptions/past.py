"""Phones that had an operation before, as the cluster has left them."""

from dataclasses import dataclass
from typing import Final

from lscctl.capf import CertificateOperation, CertificateStatus, DeviceSecurityMode
from lscctl.cucm.clock import Query
from lscctl.cucm.selection import IS_PHONE
from lscctl.cucm.sql import Sql

MOST: Final = 5000
"""So many phones tell enough."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What one phone's last operation left.

    `finish_time` is CUCM's text, `last_seen` in epoch seconds, 0 while registered (*assumed*), None where nothing is known.
    `secure`: the phone's profile is Authenticated or Encrypted.
    """

    phone: str
    operation: str
    status: CertificateStatus
    finish_time: str
    secure: bool
    last_seen: int | None

    @property
    def stands(self) -> bool:
        """Whether the operation is still there."""
        return self.operation != CertificateOperation.NONE.value


def past_operations(query: Query) -> tuple[Operation, ...]:
    """The phones, at most `MOST`, that have a finish time. Raises WireFault."""
    rows = query(
        Sql(
            "select first {most} d.name, tco.name as operation, tcs.name as status, d.upgradefinishtime as finishtime, "
            "tsm.name as securitymode, rd.lastseen from device d inner join typeclass tc on d.tkclass = tc.enum "
            "left outer join typecertificateoperation tco on d.tkcertificateoperation = tco.enum "
            "left outer join typecertificatestatus tcs on d.tkcertificatestatus = tcs.enum "
            "left outer join securityprofile sp on d.fksecurityprofile = sp.pkid "
            "left outer join typedevicesecuritymode tsm on sp.tkdevicesecuritymode = tsm.enum "
            "left outer join registrationdynamic rd on rd.fkdevice = d.pkid "
            "where {is_phone} and d.upgradefinishtime <> '' order by d.pkid",
            most=MOST,
            is_phone=IS_PHONE,
        )
    )
    secure = (DeviceSecurityMode.AUTHENTICATED, DeviceSecurityMode.ENCRYPTED)
    return tuple(
        Operation(
            row["name"],
            row["operation"],
            CertificateStatus(row["status"] or "None"),
            row["finishtime"].strip(),
            row["securitymode"] in secure,
            int(row["lastseen"]) if row["lastseen"].isdigit() else None,
        )
        for row in rows
    )
