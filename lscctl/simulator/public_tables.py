"""CUCM's real tables and columns, as a release has them: what the SQL of a client sees.

Booleans are the texts 't' and 'f', times are epoch seconds, pkids are 36 lower-case characters [field guide 4].
"""

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.enumerations import ec_size_enum
from lscctl.simulator.releases import Release

# A number must stand in its type table, as Informix's own constraints want it (else -691).
# Columns of `device` beyond those of the field guide are those that `select * from device` shows in public listings.
_DEVICE = """
CREATE TABLE device (
    pkid CHAR(36) PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT,
    tkmodel INTEGER NOT NULL REFERENCES typemodel(enum),
    tkdeviceprotocol INTEGER NOT NULL REFERENCES typedeviceprotocol(enum),
    tkprotocolside INTEGER NOT NULL DEFAULT 1,
    specialloadinformation TEXT NOT NULL DEFAULT '',
    fkdevicepool CHAR(36) REFERENCES devicepool(pkid),
    fkphonetemplate CHAR(36) REFERENCES phonetemplate(pkid),
    fkcallingsearchspace CHAR(36) REFERENCES callingsearchspace(pkid),
    ctiid INTEGER NOT NULL,
    tkclass INTEGER NOT NULL REFERENCES typeclass(enum),
    fkprocessnode CHAR(36),
    fklocation CHAR(36) REFERENCES location(pkid),
    tkproduct INTEGER NOT NULL REFERENCES typeproduct(enum),
    fkenduser CHAR(36),
    allowhotelingflag BOOLEAN NOT NULL DEFAULT 'f',
    tkuserlocale INTEGER,
    retryvideocallasaudio BOOLEAN NOT NULL DEFAULT 't',
    fkcallmanagergroup CHAR(36),
    mtprequired BOOLEAN NOT NULL DEFAULT 'f',
    tkpacketcapturemode INTEGER NOT NULL DEFAULT 0,
    packetcaptureduration INTEGER NOT NULL DEFAULT 0,
    authenticationstring TEXT NOT NULL DEFAULT '',
    tkcertificatestatus INTEGER NOT NULL DEFAULT 1 REFERENCES typecertificatestatus(enum),
    upgradefinishtime TEXT NOT NULL DEFAULT '',
    tkcertificateoperation INTEGER NOT NULL DEFAULT 1 REFERENCES typecertificateoperation(enum),
    fksecurityprofile CHAR(36) REFERENCES securityprofile(pkid),
    publickey TEXT,
    fksipprofile CHAR(36),
    allowcticontrolflag BOOLEAN NOT NULL DEFAULT 't',
    datetimeinserted INTEGER,
    fkmatrix_presence CHAR(36),
    fkcommonphoneconfig CHAR(36) REFERENCES commonphoneconfig(pkid),
    tkkeyauthority INTEGER NOT NULL DEFAULT 0,
    isstandard BOOLEAN NOT NULL DEFAULT 'f',
    resettoggle BOOLEAN NOT NULL DEFAULT 'f',
    tkreset INTEGER NOT NULL DEFAULT 2,
    versionstamp TEXT,
    fkcommondeviceconfig CHAR(36),
    isdualmode BOOLEAN NOT NULL DEFAULT 'f',
    ikdevice_primaryphone CHAR(36),
    isactive BOOLEAN NOT NULL DEFAULT 't',
    isprotected BOOLEAN NOT NULL DEFAULT 'f'{lsc_columns}{itl_status_column}
)
"""
_LSC_COLUMNS = """,
    ecpublickeycurve INTEGER,
    lscvaliduntil INTEGER NOT NULL DEFAULT 0,
    lscissuername TEXT,
    lscissuervaliduntil INTEGER NOT NULL DEFAULT 0"""
_ITL_STATUS_COLUMNS = {
    "registrationdynamic": ",\n    tkitlstatus INTEGER REFERENCES typeitlstatus(enum)",
    "device": ",\n    itlstatus TEXT",
}
"""Where the database may keep each phone's ITL status, by the assumption `itl-status`; nobody knows."""

_PROFILE = """
CREATE TABLE securityprofile (
    pkid CHAR(36) PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL DEFAULT '',
    tkmodel INTEGER REFERENCES typemodel(enum),
    tkdeviceprotocol INTEGER REFERENCES typedeviceprotocol(enum),
    tksecuritypolicy INTEGER NOT NULL,
    isstandard BOOLEAN NOT NULL DEFAULT 'f',
    tkdevicesecuritymode INTEGER NOT NULL DEFAULT 1 REFERENCES typedevicesecuritymode(enum),
    tkauthenticationmode INTEGER NOT NULL DEFAULT 2 REFERENCES typeauthenticationmode(enum),
    tkkeysize INTEGER NOT NULL DEFAULT 3 REFERENCES typekeysize(enum) CHECK (tkkeysize <= 5),{key_order_columns}
    tktransport INTEGER NOT NULL DEFAULT 4,
    tktransport_out INTEGER,
    tftpencryptedflag BOOLEAN NOT NULL DEFAULT 'f',
    digestauthall BOOLEAN NOT NULL DEFAULT 'f',
    noncepolicytime INTEGER NOT NULL DEFAULT 600,
    sipphoneport INTEGER NOT NULL DEFAULT 5060,
    incomingport INTEGER,
    x509subjectname TEXT,
    excludedigestcredentials BOOLEAN NOT NULL DEFAULT 'f',{oauth_column}
    versionstamp TEXT
)
"""
_KEY_ORDER_COLUMNS = """
    tkkeyorder INTEGER NOT NULL DEFAULT 1 REFERENCES typekeyorder(enum),
    tkeckeysize INTEGER NOT NULL DEFAULT {ec_384} REFERENCES {ec_table}(enum) CHECK (tkeckeysize >= {ec_256}),"""
_OAUTH_COLUMN = """
    sipoauthflag BOOLEAN NOT NULL DEFAULT 'f',"""

_TYPES = (
    "typedeviceprotocol",
    "typeclass",
    "typecertificateoperation",
    "typecertificatestatus",
    "typeauthenticationmode",
    "typekeysize",
    "typedevicesecuritymode",
    "typesupportsfeature",
    "typetransport",
    "typeservice",
    "typenodeusage",
    "typetimezone",
)
_TYPE = "CREATE TABLE {name} (enum INTEGER PRIMARY KEY, name TEXT NOT NULL, moniker TEXT NOT NULL)"

# expresswaycconfiguration follows the AXL object of that name; its columns' spelling is *assumed*.
_OTHERS = """
CREATE TABLE typemodel (
    enum INTEGER PRIMARY KEY, name TEXT NOT NULL, moniker TEXT NOT NULL, tkclass INTEGER NOT NULL,
    tkrisclass INTEGER NOT NULL
);
CREATE TABLE typeproduct (
    enum INTEGER PRIMARY KEY, name TEXT NOT NULL, moniker TEXT NOT NULL, tkmodel INTEGER NOT NULL,
    tkclass INTEGER NOT NULL
);
CREATE TABLE productsupportsfeature (
    pkid CHAR(36) PRIMARY KEY, tkmodel INTEGER, tkproduct INTEGER, tkdeviceprotocol INTEGER NOT NULL,
    tksupportsfeature INTEGER NOT NULL, param TEXT
);
CREATE TABLE location (pkid CHAR(36) PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE commonphoneconfig (
    pkid CHAR(36) PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL DEFAULT '',
    isstandard BOOLEAN NOT NULL DEFAULT 'f'
);
CREATE TABLE callmanagergroup (
    pkid CHAR(36) PRIMARY KEY, name TEXT NOT NULL UNIQUE, tftpdefault BOOLEAN NOT NULL DEFAULT 'f'
);
CREATE TABLE callmanager (
    pkid CHAR(36) PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL DEFAULT '',
    fkprocessnode CHAR(36) REFERENCES processnode(pkid)
);
CREATE TABLE callmanagergroupmember (
    pkid CHAR(36) PRIMARY KEY, fkcallmanagergroup CHAR(36) NOT NULL REFERENCES callmanagergroup(pkid),
    fkcallmanager CHAR(36) NOT NULL REFERENCES callmanager(pkid), priority INTEGER NOT NULL
);
CREATE TABLE datetimesetting (
    pkid CHAR(36) PRIMARY KEY, name TEXT NOT NULL UNIQUE, tktimezone INTEGER NOT NULL,
    datetemplate TEXT NOT NULL DEFAULT 'D.M.Y', isstandard BOOLEAN NOT NULL DEFAULT 'f'
);
CREATE TABLE devicepool (
    pkid CHAR(36) PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    fkcallmanagergroup CHAR(36) REFERENCES callmanagergroup(pkid),
    fkdatetimesetting CHAR(36) REFERENCES datetimesetting(pkid), fklocation CHAR(36) REFERENCES location(pkid)
);
CREATE TABLE processnode (
    pkid CHAR(36) PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL DEFAULT '',
    tknodeusage INTEGER NOT NULL, isactive BOOLEAN NOT NULL DEFAULT 't', ipv6name TEXT, systemnode BOOLEAN NOT NULL
);
CREATE TABLE processconfig (
    pkid CHAR(36) PRIMARY KEY, fkprocessnode CHAR(36) REFERENCES processnode(pkid), tkservice INTEGER NOT NULL,
    paramname TEXT NOT NULL, paramvalue TEXT, tkparam INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE processnodeservice (
    pkid CHAR(36) PRIMARY KEY, fkprocessnode CHAR(36) NOT NULL REFERENCES processnode(pkid), tkservice INTEGER NOT NULL,
    isactive BOOLEAN NOT NULL, servername TEXT
);
CREATE TABLE certificate (
    pkid CHAR(36) PRIMARY KEY, subjectname TEXT NOT NULL, issuername TEXT NOT NULL, serialnumber TEXT NOT NULL,
    certificate TEXT NOT NULL, servername TEXT, ipv4address TEXT, fkprocessnode CHAR(36), timetolive INTEGER
);
CREATE TABLE registrationdynamic (
    pkid CHAR(36) PRIMARY KEY, fkdevice CHAR(36) NOT NULL REFERENCES device(pkid) ON DELETE CASCADE,
    lastknownipaddress TEXT, lastknownucm TEXT, lastknownconfigversion TEXT, locationdetails TEXT,
    endpointconnection TEXT, portorssid TEXT, lastseen INTEGER, lastactive INTEGER{itl_status_column}
);
CREATE TABLE expresswaycconfiguration (
    pkid CHAR(36) PRIMARY KEY, hostnameorip TEXT NOT NULL UNIQUE, description TEXT NOT NULL DEFAULT '',
    x509subjectname TEXT
);
CREATE TABLE routepartition (
    pkid CHAR(36) PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL DEFAULT ''
);
CREATE TABLE callingsearchspace (
    pkid CHAR(36) PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL DEFAULT ''
);
CREATE TABLE phonetemplate (
    pkid CHAR(36) PRIMARY KEY, name TEXT NOT NULL UNIQUE, tkmodel INTEGER NOT NULL, tkdeviceprotocol INTEGER NOT NULL,
    isstandard BOOLEAN NOT NULL DEFAULT 'f'
);
CREATE TABLE enduserdevicemap (
    pkid CHAR(36) PRIMARY KEY, fkenduser CHAR(36) NOT NULL REFERENCES enduser(pkid) ON DELETE CASCADE,
    fkdevice CHAR(36) NOT NULL REFERENCES device(pkid) ON DELETE CASCADE, tkuserassociation INTEGER NOT NULL DEFAULT 1,
    defaultprofile BOOLEAN NOT NULL DEFAULT 'f'
);
CREATE TABLE numplan (
    pkid CHAR(36) PRIMARY KEY, dnorpattern TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', fkroutepartition CHAR(36)
        REFERENCES routepartition(pkid),
    tkpatternusage INTEGER NOT NULL DEFAULT 2, alertingname TEXT NOT NULL DEFAULT ''
);
CREATE TABLE devicenumplanmap (
    pkid CHAR(36) PRIMARY KEY, fkdevice CHAR(36) NOT NULL REFERENCES device(pkid) ON DELETE CASCADE,
    fknumplan CHAR(36) NOT NULL REFERENCES numplan(pkid), numplanindex INTEGER NOT NULL,
    label TEXT NOT NULL DEFAULT '', display TEXT NOT NULL DEFAULT ''
);
CREATE TABLE enduser (
    pkid CHAR(36) PRIMARY KEY, userid TEXT NOT NULL UNIQUE, firstname TEXT NOT NULL, lastname TEXT NOT NULL,
    mailid TEXT, telephonenumber TEXT, islocaluser BOOLEAN NOT NULL DEFAULT 't', status INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE applicationuser (
    pkid CHAR(36) PRIMARY KEY, name TEXT NOT NULL UNIQUE, isstandard BOOLEAN NOT NULL DEFAULT 'f'
);
CREATE INDEX device_profile ON device(fksecurityprofile);
CREATE INDEX device_model ON device(tkmodel);
CREATE INDEX enduserdevicemap_device ON enduserdevicemap(fkdevice);
CREATE INDEX registrationdynamic_device ON registrationdynamic(fkdevice);
CREATE INDEX devicenumplanmap_device ON devicenumplanmap(fkdevice);
CREATE INDEX devicenumplanmap_numplan ON devicenumplanmap(fknumplan);
"""

_STORES = """CREATE TABLE certificateservicecertificatemap (
    pkid CHAR(36) PRIMARY KEY, fkcertificate CHAR(36) NOT NULL REFERENCES certificate(pkid) ON DELETE CASCADE,
    tkcertificateservice INTEGER NOT NULL REFERENCES typecertificateservice(enum)
)"""
"""Which certificate is in which store. Cisco names the table, nobody its columns (*assumed*)."""

_ONLY_IN = {
    "typekeyorder": "key order",
    "typeeckeysize": "own EC size table",
    "typeitlstatus": "ITL status by number",
    "typecertificateservice": "trust stores",
    "certificateservicecertificatemap": "trust stores",
}

PUBLIC_TABLES = frozenset(
    {
        *_TYPES,
        *_ONLY_IN,
        "device",
        "securityprofile",
        "typemodel",
        "typeproduct",
        "productsupportsfeature",
        "location",
        "commonphoneconfig",
        "callmanager",
        "callmanagergroup",
        "callmanagergroupmember",
        "datetimesetting",
        "devicepool",
        "processnode",
        "processconfig",
        "processnodeservice",
        "certificate",
        "registrationdynamic",
        "expresswaycconfiguration",
        "routepartition",
        "callingsearchspace",
        "phonetemplate",
        "enduserdevicemap",
        "numplan",
        "devicenumplanmap",
        "enduser",
        "applicationuser",
    }
)


def public_tables(release: Release, assumptions: Assumptions) -> list[str]:
    """The statements that make the tables as that release has them: columns and tables that came later are absent."""
    tables = list(_TYPES)
    if release.has_key_order:
        tables.append("typekeyorder")
        if assumptions.ec_key_size_table == "own":
            tables.append("typeeckeysize")
    kept_in = itl_status_table(release, assumptions)
    if kept_in == "registrationdynamic":
        tables.append("typeitlstatus")
    if assumptions.certificate_stores == "mapped":
        tables.append("typecertificateservice")
    statements = [_TYPE.format(name=name) for name in tables]
    statements.append(
        _DEVICE.format(
            lsc_columns=_LSC_COLUMNS if release.has_lsc_columns else "",
            itl_status_column=_ITL_STATUS_COLUMNS["device"] if kept_in == "device" else "",
        )
    )
    statements.append(
        _PROFILE.format(
            key_order_columns=_key_order_columns(assumptions) if release.has_key_order else "",
            oauth_column=_OAUTH_COLUMN if release.has_sip_oauth else "",
        )
    )
    others = _OTHERS.format(
        itl_status_column=_ITL_STATUS_COLUMNS["registrationdynamic"] if kept_in == "registrationdynamic" else ""
    )
    statements += [one for one in others.split(";") if one.strip()]
    if assumptions.certificate_stores == "mapped":
        statements.append(_STORES)
    return statements


def itl_status_table(release: Release, assumptions: Assumptions) -> str:
    """Name the table that holds each phone's ITL status; "none" where no table does."""
    return assumptions.itl_status if release.has_itl_status else "none"


def _key_order_columns(assumptions: Assumptions) -> str:
    shared = assumptions.ec_key_size_table == "typekeysize"
    return _KEY_ORDER_COLUMNS.format(
        ec_table="typekeysize" if shared else "typeeckeysize",
        ec_256=ec_size_enum("256", shared_table=shared),
        ec_384=ec_size_enum("384", shared_table=shared),
    )
