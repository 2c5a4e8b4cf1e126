"""The simulator's own tables (`sim_*`), for what no SQL of a client sees, and what keeps them in step with CUCM's."""

_PRIVATE = """
CREATE TABLE sim_cluster (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sim_key (
    kind TEXT NOT NULL, size INTEGER NOT NULL, ordinal INTEGER NOT NULL, pem TEXT NOT NULL,
    PRIMARY KEY (kind, size, ordinal)
);
CREATE TABLE sim_phone (
    fkdevice TEXT PRIMARY KEY REFERENCES device(pkid) ON DELETE CASCADE,
    ip TEXT, node TEXT, status TEXT NOT NULL, statusreason INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL,
    stalenode TEXT, stalechanged INTEGER, load TEXT NOT NULL, httpd TEXT NOT NULL, mic TEXT, expressway TEXT NOT NULL,
    web TEXT NOT NULL DEFAULT 'off', broken TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '', touched TEXT NOT NULL DEFAULT 'f', powered TEXT NOT NULL, attempt INTEGER NOT NULL
        DEFAULT 0, wrong INTEGER NOT NULL DEFAULT 0, lockeduntil REAL NOT NULL DEFAULT 0,
    tftp TEXT REFERENCES processnode(pkid), itl TEXT REFERENCES sim_list(id), ctl TEXT REFERENCES sim_list(id)
) WITHOUT ROWID;
CREATE TABLE sim_lsc (
    fkdevice TEXT PRIMARY KEY REFERENCES device(pkid) ON DELETE CASCADE,
    issuer TEXT NOT NULL, serial TEXT NOT NULL, validfrom INTEGER NOT NULL, validuntil INTEGER NOT NULL,
    kind TEXT NOT NULL, size INTEGER NOT NULL, ordinal INTEGER NOT NULL, pem TEXT
) WITHOUT ROWID;
CREATE TABLE sim_session (
    fkdevice TEXT PRIMARY KEY REFERENCES device(pkid) ON DELETE CASCADE,
    operation TEXT NOT NULL, mode TEXT NOT NULL, keyorder TEXT NOT NULL, rsasize INTEGER NOT NULL,
    ecsize INTEGER NOT NULL, secure TEXT NOT NULL, authstring TEXT NOT NULL, deadline REAL,
    proved TEXT NOT NULL DEFAULT 'f', tries INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE sim_event (
    id INTEGER PRIMARY KEY, due REAL NOT NULL, fkdevice TEXT NOT NULL REFERENCES device(pkid) ON DELETE CASCADE,
    kind TEXT NOT NULL
);
CREATE TABLE sim_diary (
    id INTEGER PRIMARY KEY, fkdevice TEXT NOT NULL REFERENCES device(pkid) ON DELETE CASCADE, at REAL NOT NULL,
    event TEXT NOT NULL, subject TEXT NOT NULL
);
CREATE TABLE sim_failure (
    fkdevice TEXT NOT NULL REFERENCES device(pkid) ON DELETE CASCADE, name TEXT NOT NULL,
    PRIMARY KEY (fkdevice, name)
) WITHOUT ROWID;
CREATE TABLE sim_node (fkprocessnode TEXT PRIMARY KEY REFERENCES processnode(pkid), address TEXT NOT NULL,
    ahead REAL NOT NULL DEFAULT 0);
CREATE TABLE sim_service (
    fkprocessnodeservice TEXT PRIMARY KEY REFERENCES processnodeservice(pkid), running TEXT NOT NULL,
    since INTEGER NOT NULL
);
CREATE TABLE sim_identity (
    purpose TEXT NOT NULL, fkprocessnode TEXT NOT NULL, certificate TEXT NOT NULL, key TEXT NOT NULL,
    PRIMARY KEY (purpose, fkprocessnode)
);
CREATE TABLE sim_list (id TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE sim_trust_list (
    fkprocessnode TEXT NOT NULL REFERENCES processnode(pkid), kind TEXT NOT NULL,
    list TEXT NOT NULL REFERENCES sim_list(id), PRIMARY KEY (fkprocessnode, kind)
);
CREATE TABLE sim_differing (fkdevice TEXT PRIMARY KEY REFERENCES device(pkid) ON DELETE CASCADE) WITHOUT ROWID;
CREATE INDEX sim_diary_device ON sim_diary(fkdevice);
CREATE INDEX sim_phone_ip ON sim_phone(ip);
CREATE INDEX sim_event_due ON sim_event(due, id);
CREATE INDEX sim_event_device ON sim_event(fkdevice);
"""

# What a phone reads from its configuration: whoever changes it, by AXL or by SQL, the phone has news to fetch.
_TRIGGERS = (
    """CREATE TRIGGER sim_phone_changed AFTER UPDATE OF description, specialloadinformation, fkdevicepool, fkphonetemplate,
        fkcallingsearchspace, fklocation, tkuserlocale, fkcommonphoneconfig, fksecurityprofile, upgradefinishtime,
        authenticationstring ON device
    BEGIN UPDATE sim_phone SET touched = 't' WHERE fkdevice = NEW.pkid; END""",
    """CREATE TRIGGER sim_profile_changed AFTER UPDATE ON securityprofile
    BEGIN UPDATE sim_phone SET touched = 't' WHERE fkdevice IN
        (SELECT pkid FROM device WHERE fksecurityprofile = NEW.pkid); END""",
)


def private_tables() -> list[str]:
    """The statements that make the tables; CUCM's own must be there."""
    return [*(one for one in _PRIVATE.split(";") if one.strip()), *_TRIGGERS]
